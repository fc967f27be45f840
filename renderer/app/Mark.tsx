/** The mark of the app: two orbits. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <title>Orrery</title>
      <g fill="none" stroke="var(--brass)" strokeWidth="1.6">
        <circle cx="16" cy="16" r="6.5" />
        <circle cx="16" cy="16" r="12.5" />
      </g>
      <circle cx="16" cy="16" r="2.8" fill="var(--brass-strong)" />
      <circle cx="22.2" cy="14" r="2.1" fill="var(--accent)" />
      <circle cx="6" cy="23.4" r="2.5" fill="var(--good)" />
    </svg>
  );
}

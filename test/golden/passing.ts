/** Sessions that must compare equal. One that passes is put here and must pass from then on. */
export const passing: readonly string[] = [
  'deployment-rollout',
  'wl-crashloop',
  'wl-image-pull',
  'wl-pod-run',
  'wl-pod-terminating',
  'wl-pod-yaml',
];

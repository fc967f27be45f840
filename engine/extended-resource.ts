/** Whether a resource is none of Kubernetes' own: `example.com/gpu` (`IsExtendedResourceName`). */
export function isExtendedResource(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
}

/** A container whose configuration cannot be put together: `CreateContainerConfigError`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

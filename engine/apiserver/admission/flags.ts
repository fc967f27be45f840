import type { Turn } from '../../sim/turn.ts';
import type { AdmissionFlags } from './plugin-names.ts';

const FLAGS = 'admission-flags';

/** The recorded cluster runs NodeRestriction besides the default plugins, as kubeadm's do. */
const DEFAULT_FLAGS: AdmissionFlags = { enableAdmissionPlugins: ['NodeRestriction'] };

/** A starting server reads its flags. */
export function configureAdmission(turn: Turn): void {
  const { admission } = turn.call('world', { kind: 'config' }) as { readonly admission?: AdmissionFlags };
  if (admission !== undefined) turn.memory.set(FLAGS, admission);
}

/** The flags of the running server; the same object as long as it runs. */
export function admissionFlags(turn: Turn): AdmissionFlags {
  return turn.memory.get<AdmissionFlags>(FLAGS) ?? DEFAULT_FLAGS;
}

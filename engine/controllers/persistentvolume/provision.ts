import type { Client } from '../../client/client.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import { BETA_STORAGE_PROVISIONER, STORAGE_PROVISIONER } from '../../volume/annotations.ts';
import { classOfClaim } from '../../volume/claim.ts';
import { tell } from './bind.ts';
import { updateClaim } from './objects.ts';

/** Provisioners of Kubernetes' own are named so; none of them makes volumes any more without a driver. */
const IN_TREE = 'kubernetes.io/';

/** Asks the provisioner of the claim's class for a volume; it is expected to watch claims (`provisionClaim`). */
export function provision(turn: Turn, client: Client, claim: KubeObject, storageClass: KubeObject | undefined): void {
  const provisioner: string = storageClass?.provisioner ?? '';
  if (storageClass === undefined || provisioner.startsWith(IN_TREE)) {
    const message =
      storageClass === undefined
        ? `storageclass.storage.k8s.io "${classOfClaim(claim)}" not found`
        : `no volume plugin matched name: ${provisioner}`;
    tell(turn, client, claim, { type: 'Warning', reason: 'ProvisioningFailed', message });
    return;
  }
  const asked = withProvisioner(claim, provisioner);
  tell(turn, client, asked === claim ? claim : updateClaim(turn, client, asked), {
    type: 'Normal',
    reason: 'ExternalProvisioning',
    message: `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
  });
}

function withProvisioner(claim: KubeObject, provisioner: string): KubeObject {
  const { annotations = {} } = claim.metadata;
  if (annotations[STORAGE_PROVISIONER] === provisioner && annotations[BETA_STORAGE_PROVISIONER] === provisioner)
    return claim;
  const named = { [BETA_STORAGE_PROVISIONER]: provisioner, [STORAGE_PROVISIONER]: provisioner };
  return { ...claim, metadata: { ...claim.metadata, annotations: { ...annotations, ...named } } };
}

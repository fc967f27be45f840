/** The machine of the control plane, outside the range of the nodes' addresses. */
export const SERVER_IP = '10.77.255.1';
export const SERVER_PORT = 6443;

/** Where the API server listens, as kubeconfigs and the endpoints of `kubernetes` say. */
export const SERVER_ADDRESS = `${SERVER_IP}:${SERVER_PORT}`;

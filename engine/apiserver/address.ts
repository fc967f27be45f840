/** Where the API server listens: its own machine, outside the range of the nodes' addresses. */
export const SERVER_IP = '10.77.255.1';
export const SERVER_PORT = 6443;

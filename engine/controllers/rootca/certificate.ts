/**
 * The cluster's certificate authority (`CN=kubernetes`, as kubeadm makes it), the file that kube-controller-manager is
 * given as `--root-ca-file`. Its private key was thrown away: nothing in a simulated cluster is signed with it.
 */
export const ROOT_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBcTCCARigAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDAprdWJlcm5l
dGVzMB4XDTI2MDEwMTAwMDAwMFoXDTM1MTIzMDAwMDAwMFowFTETMBEGA1UEAwwK
a3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKfH/atOW0w3D7Ui
Hb69w+I0XyHo1lHn92FZBYtBpMin8z8j1E3ithLgnDVZ1hv0D8kC+5TH3d54OjXW
xvNvncyjWTBXMA4GA1UdDwEB/wQEAwICpDAPBgNVHRMBAf8EBTADAQH/MB0GA1Ud
DgQWBBR1ZWMaHSL5asmRU9ReIzKA7dLn0jAVBgNVHREEDjAMggprdWJlcm5ldGVz
MAoGCCqGSM49BAMCA0cAMEQCICiotwg6lBIT3XjF1GmOEV/Z8psWM6FzX/33+3Ah
p72qAiBdG1ey5BjY8uKqYyg/8S/PbXNkEVnBYuU4OUO2xBbGUQ==
-----END CERTIFICATE-----
`;

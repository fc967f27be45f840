import type { FileNode } from '../files.ts';
import { binary, type Image, image } from './image.ts';

const FOLDER: FileNode = { type: 'directory', mode: 0o755 };

/** The disk of a node as its installation left it: what hostPath volumes and `ssh` find there. */
export const NODE_IMAGE: Image = image('node', ['latest'], 0, {
  command: ['sh'],
  directory: '/root',
  files: {
    ...Object.fromEntries(
      ['crictl', 'systemctl', 'journalctl'].map((name) => [`/usr/local/bin/${name}`, binary(name)]),
    ),
    ...Object.fromEntries(
      ['ip', 'ifconfig', 'route', 'iptables', 'iptables-save', 'ss', 'ipvsadm'].map((name) => [
        `/usr/sbin/${name}`,
        binary(name),
      ]),
    ),
    ...Object.fromEntries(
      ['shutdown', 'poweroff', 'halt', 'reboot'].map((name) => [`/usr/sbin/${name}`, binary('shutdown')]),
    ),
    '/boot': FOLDER,
    '/etc/cni/net.d/10-bridge.conflist':
      '{"cniVersion":"1.0.0","name":"bridge","plugins":[{"type":"bridge","bridge":"cni0"}]}\n',
    '/etc/kubernetes/manifests': FOLDER,
    '/etc/os-release':
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
    '/media': FOLDER,
    '/mnt': FOLDER,
    '/opt': FOLDER,
    '/opt/cni/bin': FOLDER,
    '/srv': FOLDER,
    '/var/lib/kubelet/config.yaml':
      'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nstaticPodPath: /etc/kubernetes/manifests\n',
  },
});

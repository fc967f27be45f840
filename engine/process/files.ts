import { tokenLength, tokenText } from '../apiserver/authentication/web-token.ts';
import { kubeconfigText } from '../kubectl/default-kubeconfig.ts';
import { byteLength } from './text.ts';

/** A node of a file tree: one cell, or an entry of an image's layer. */
export type FileNode =
  | {
      readonly type: 'file';
      readonly text: string;
      /** So many zero bytes follow the text: a big file without its bytes. */
      readonly zeros?: number;
      readonly mode: number;
      readonly modified?: number;
      readonly user?: number;
      readonly group?: number;
      /** A binary: the name of the program it holds. */
      readonly program?: string;
    }
  | {
      readonly type: 'directory';
      readonly mode: number;
      readonly modified?: number;
      readonly user?: number;
      readonly group?: number;
    }
  | { readonly type: 'link'; readonly target: string; readonly modified?: number }
  /** Hides a file of the layer below. */
  | { readonly type: 'deleted' };

/** What a reader of a file sees. */
export function fileText(node: FileNode | undefined): string {
  return node?.type === 'file' ? kubeconfigText(tokenText(node.text)) : '';
}

/** Size of a file in bytes. */
export function fileSize(node: FileNode | undefined): number {
  if (node?.type !== 'file') return 0;
  return (tokenLength(node.text) ?? byteLength(kubeconfigText(node.text))) + (node.zeros ?? 0);
}

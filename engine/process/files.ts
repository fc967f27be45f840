/** A node of a file tree: one cell, or an entry of an image's layer. */
export type FileNode =
  | {
      readonly type: 'file';
      readonly text: string;
      readonly mode: number;
      readonly modified?: number;
      readonly user?: number;
      /** A binary: the name of the program it holds. */
      readonly program?: string;
    }
  | { readonly type: 'directory'; readonly mode: number; readonly modified?: number; readonly user?: number }
  | { readonly type: 'link'; readonly target: string; readonly modified?: number }
  /** Hides a file of the layer below. */
  | { readonly type: 'deleted' };

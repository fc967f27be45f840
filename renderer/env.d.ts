/// <reference types="vite/client" />

declare module 'monaco-editor/editor/editor.worker.js?worker' {
  const WorkerConstructor: new () => Worker;
  export default WorkerConstructor;
}

declare module 'monaco-editor/nls/lang/zh-cn.js';
declare module 'monaco-yaml/yaml.worker.js';

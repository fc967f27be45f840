// electron-builder's configuration: what is packed for Linux, macOS and Windows, with the fuses that close side doors.
/** @type {import('electron-builder').Configuration} */
module.exports = {
  appId: 'dev.orrery.app',
  productName: 'Orrery',
  copyright: 'Apache-2.0',
  directories: { output: 'dist/packages', buildResources: 'electron/resources' },
  files: ['dist/electron/**', 'dist/renderer/**', 'package.json', '!node_modules/**'],
  asar: true,
  npmRebuild: false,
  fileAssociations: [{ ext: 'orrery', name: 'Orrery session', role: 'Editor' }],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: { target: ['AppImage', 'deb'], category: 'Education' },
  mac: { target: ['dmg', 'zip'], category: 'public.app-category.education' },
  win: { target: ['nsis'] },
};

// The one browser the recorder drives, and how it is started: headless, software WebGL,
// and nothing that talks to other hosts of its own accord.
// SPDX-License-Identifier: Apache-2.0

export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--mute-audio',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--disable-dev-shm-usage',
  '--autoplay-policy=no-user-gesture-required',
];

/** Where Chromium is: as given, as the environment says, or where Debian puts it. */
export function browserPath(given) {
  return given || process.env.PACKAUDIT_CHROMIUM || '/usr/bin/chromium';
}

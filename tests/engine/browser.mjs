// The one browser the recorder drives, and how it is started: headless, software WebGL,
// and nothing that talks to other hosts of its own accord. It ends with the program, and
// the program with whoever started it.
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';

const CHROMIUM_FLAGS = [
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

const PARENT_MS = 1000;
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** Where Chromium is: as given, as the environment says, or where Debian puts it. */
export function browserPath(given) {
  return given || process.env.PACKAUDIT_CHROMIUM || '/usr/bin/chromium';
}

/** Calls `stop` when the process that started this one is gone: a script that was killed
 * cannot pass it on. */
function watchParent(stop) {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || stop(), PARENT_MS).unref();
}

/** Starts Chromium; a signal or the end of the parent closes it and ends the program. */
export async function launchBrowser(given, timeout_ms) {
  const executablePath = browserPath(given);
  if (!existsSync(executablePath)) {
    throw new Error(
      `no browser at '${executablePath}', install Debian's package 'chromium' or give '--browser FILE'`,
    );
  }
  let playwright;
  try {
    playwright = await import('playwright-core');
  } catch {
    throw new Error("no 'playwright-core' here, run 'npm ci --prefix tests/engine'");
  }
  const browser = await playwright.chromium.launch({
    executablePath,
    args: CHROMIUM_FLAGS,
    headless: true,
    timeout: timeout_ms,
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  });
  const stop = async (code) => {
    await browser.close().catch(() => {});
    process.exit(code);
  };
  for (const [name, number] of Object.entries(SIGNALS)) {
    process.once(name, () => stop(128 + number));
  }
  watchParent(() => stop(128 + SIGNALS.SIGHUP));
  return browser;
}

// One page with the game in it: opens it cut off from the net, waits for the engine, and
// calls the scripts of page/ inside.
// Promises: no request leaves for another host; no call waits longer than the time-out.
// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleOrder } from './build.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PAGE_SCRIPTS = [
  'formats.js',
  'sources.js',
  'recorder.js',
  'engine.js',
  'sequence.js',
];

/** What went wrong, without the stack that an error of the page brings along. */
export function firstLine(error) {
  return error.message.split('\n')[0];
}

/** Runs `work` and gives up after `ms`: an engine that waits for ever is a result too. */
function within(ms, what, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what}: nothing after ${ms / 1000} s`)),
      ms,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

export class Page {
  constructor(browser, server, build, options) {
    Object.assign(this, { browser, server, build, options, errors: [], pending: 0 });
  }

  async open() {
    const context = await this.browser.newContext({
      viewport: { width: 960, height: 640 },
    });
    this.context = context;
    await context.route(
      (url) =>
        url.origin !== this.server.origin && !['data:', 'blob:'].includes(url.protocol),
      (route) => {
        this.note(`kept from another host: ${route.request().url()}`);
        return route.abort();
      },
    );
    const page = await context.newPage();
    this.page = page;
    page.on(
      'console',
      (message) => message.type() === 'error' && this.note(message.text()),
    );
    page.on('pageerror', (error) => this.note(String(error.message || error)));
    page.on('dialog', (dialog) => dialog.dismiss().catch(() => {}));
    page.on('request', () => {
      this.pending++;
    });
    page.on('requestfinished', () => {
      this.pending--;
    });
    page.on('requestfailed', () => {
      this.pending--;
    });
    const { webgl, compressed } = this.options;
    const chosen = JSON.stringify({ webgl, compressed });
    await page.addInitScript(`window.__packauditOptions = ${chosen};`);
    for (const script of PAGE_SCRIPTS) {
      await page.addInitScript({ path: path.join(HERE, 'page', script) });
    }
    await page.goto(`${this.server.origin}/index.html`, {
      timeout: this.options.timeout_ms,
    });
  }

  note(text) {
    const short = text.length > 500 ? `${text.slice(0, 500)}...` : text;
    if (this.errors.length < 200 && !this.errors.includes(short)) {
      this.errors.push(short);
    }
  }

  /** Calls a function of page/engine.js. */
  ask(name, ...args) {
    return within(
      this.options.timeout_ms,
      name,
      this.page.evaluate(
        ([method, list]) => window.__packauditEngine[method](...list),
        [name, args],
      ),
    );
  }

  async settle(limit_ms) {
    const end = Date.now() + limit_ms;
    while (Date.now() < end) {
      const { quiet_ms } = await this.ask('status');
      if (quiet_ms >= this.options.settle_ms && this.pending <= 0) {
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }

  /** Waits until the engine is there and turns its main loop, then for quiet. */
  async boot() {
    const end = Date.now() + this.options.timeout_ms;
    const isTurning = async () =>
      (await this.ask('findEngine')) && (await this.ask('status')).frames >= 2;
    while (!(await isTurning())) {
      if (Date.now() > end) {
        throw new Error(this.noStart());
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await this.settle(Math.max(end - Date.now(), 5000));
    return { snapshot: await this.ask('snapshot', null), ...(await this.ask('status')) };
  }

  noStart() {
    const script = [...this.server.log.missing].find((url) =>
      /\.(?:js|wasm|json)$/.test(url),
    );
    const reason = script
      ? `the build lacks '${script}'`
      : this.errors[0] || 'no error was reported';
    return `the engine did not start within ${this.options.timeout_ms / 1000} s: ${reason}`;
  }

  /** Loads the scene's bundle, dependencies first; null if the engine has no such scene. */
  async prepare(scene) {
    for (const name of bundleOrder(this.build.bundles, scene.bundle)) {
      const error = await this.ask('loadBundle', name);
      if (error) {
        this.note(`bundle '${name}': ${error}`);
      }
    }
    return this.ask('sceneInfo', scene.url);
  }

  /** Waits until the main loop has turned `count` times more. */
  async frames(count) {
    const end = Date.now() + this.options.timeout_ms;
    const start = (await this.ask('status')).frames;
    while ((await this.ask('status')).frames < start + count) {
      if (Date.now() > end) {
        throw new Error(`no ${count} frames within ${this.options.timeout_ms / 1000} s`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close() {
    await this.context.close().catch(() => {});
  }
}

// Reads from a web build's files what has to be known before the engine starts: its
// bundles (a config with both `uuids` and `importBase`) and the scenes they declare.
// The engine itself stays the judge of what a scene is; this only supplies the names.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import path from 'node:path';

const CONFIG_NAME = /^(?:cc\.)?config(?:\.([0-9a-f]{5,}))?\.json$/;
export const SETTINGS_NAME = /(?:^|\/)settings(?:\.[0-9a-f]{5,})?\.(?:js|json)$/;

function* walk(folder) {
  for (const item of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, item.name);
    if (item.isDirectory() && item.name !== 'node_modules' && item.name !== '.git') {
      yield* walk(full);
    } else if (item.isFile()) {
      yield full;
    }
  }
}

function readConfig(file) {
  try {
    const config = JSON.parse(readFileSync(file, 'utf8'));
    return config && config.uuids && config.importBase !== undefined ? config : null;
  } catch {
    return null; // a config of something else, or one that a third party encrypted
  }
}

/** The short name a scene is asked for by: its url's last part without the extension. */
export function shortName(url) {
  return path.posix.basename(url).replace(/\.(?:scene|fire)$/, '');
}

/**
 * Bundles, with their dependencies, and scenes of the build in `root`.
 * Of configs of several versions in one folder the one that the settings name counts.
 */
export function readBuild(root) {
  if (!existsSync(path.join(root, 'index.html'))) {
    throw new Error(
      `no 'index.html' in '${root}', give the folder that a web build's page is in`,
    );
  }
  let settings = '';
  const byFolder = new Map();
  for (const file of walk(root)) {
    if (SETTINGS_NAME.test(file.split(path.sep).join('/'))) {
      settings += readFileSync(file, 'utf8');
    }
    const match = CONFIG_NAME.exec(path.basename(file));
    const config = match && readConfig(file);
    if (config) {
      const folder = path.dirname(file);
      byFolder.set(folder, [
        ...(byFolder.get(folder) || []),
        { version: match[1], config },
      ]);
    }
  }
  const bundles = [];
  for (const [folder, found] of byFolder) {
    const named = found.filter(
      (item) => item.version && settings.includes(`"${item.version}"`),
    );
    const { config } = (named.length ? named : found)[0];
    bundles.push({
      name: config.name || path.basename(folder),
      folder: path.basename(folder),
      deps: config.deps || [],
      scenes: Object.keys(config.scenes || {}),
    });
  }
  const scenes = bundles.flatMap((bundle) =>
    bundle.scenes.map((url) => ({ url, name: shortName(url), bundle: bundle.name })),
  );
  const launch = /"?launchScene"?\s*:\s*"([^"]*)"/.exec(settings);
  return {
    bundles,
    scenes,
    launch: launch ? launch[1] : null,
    has_remote_folder: existsSync(path.join(root, 'remote')),
  };
}

/** Names to load, in order, before `bundle` can be used: its dependencies first. */
export function bundleOrder(bundles, bundle, seen = new Set()) {
  const found = bundles.find((item) => item.name === bundle || item.folder === bundle);
  if (!found || seen.has(found.name)) {
    return [];
  }
  seen.add(found.name);
  return [...found.deps.flatMap((name) => bundleOrder(bundles, name, seen)), found.name];
}

/** The scenes that `words` name, by short name, url or `bundle:name`. */
export function chooseScenes(scenes, words) {
  return words.map((word) => {
    const found = scenes.filter(
      (scene) =>
        scene.url === word ||
        scene.name === word ||
        `${scene.bundle}:${scene.name}` === word,
    );
    if (!found.length) {
      throw new Error(
        `no scene '${word}' in this build, it has: ` +
          scenes.map((scene) => scene.name).join(', '),
      );
    }
    if (found.length > 1 && found.some((scene) => scene.url !== found[0].url)) {
      throw new Error(
        `the name '${word}' fits several scenes, give one of: ` +
          found.map((scene) => scene.url).join(', '),
      );
    }
    return found[0];
  });
}

// The staged loaders of examples/runtime with an engine that is none.
// Run: node --test tests/runtime/*.test.mjs
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fakeEngine, matchOf } from './fake_engine.mjs';

const RUNTIME = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../examples/runtime');
const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'packaudit-runtime-'));
after(() => fs.rmSync(FOLDER, { recursive: true }));

/** The 3.x module, with a module 'cc' that is the fake engine. */
async function open3x(engine, name) {
  const folder = path.join(FOLDER, name);
  const cc = path.join(folder, 'node_modules', 'cc');
  fs.mkdirSync(cc, { recursive: true });
  fs.writeFileSync(path.join(cc, 'package.json'), '{"type":"module","exports":"./index.js"}');
  fs.writeFileSync(
    path.join(cc, 'index.js'),
    `export const { assetManager, director, Director } = globalThis.fakes[${JSON.stringify(name)}];`,
  );
  globalThis.fakes = { ...globalThis.fakes, [name]: engine.cc };
  const file = path.join(folder, 'loader.mjs');
  fs.copyFileSync(path.join(RUNTIME, 'creator-3x', 'loadSceneStaged.js'), file);
  return import(pathToFileURL(file));
}

async function open24(engine, name) {
  const folder = path.join(FOLDER, name);
  fs.mkdirSync(folder);
  const file = path.join(folder, 'loader.cjs');
  fs.copyFileSync(path.join(RUNTIME, 'creator-2.4', 'loadSceneStaged.js'), file);
  globalThis.cc = engine.cc;
  return createRequire(import.meta.url)(file);
}

const UUIDS = ['a1', 'b2', 'c3', 'd4', 'e5'];

function scenePlan(more = {}) {
  return {
    id: 'db://assets/big.scene',
    name: 'big',
    url: 'db://assets/big.scene',
    uuid: 'scene-big',
    outcome: 'in_stages',
    match: matchOf(UUIDS),
    bundles: ['main'],
    stages: [{ assets: ['a1', 'b2'] }, { assets: ['c3', 'd4'] }, { assets: ['e5'] }],
    ...more,
  };
}

function planOf(scene, transitions = []) {
  return { schema: 'packaudit.order/1', scenes: [scene], transitions };
}

let count = 0;
for (const [era, open] of [['3.x', open3x], ['2.4', open24]]) {
  const begin = async (t, options = {}) => {
    const engine = fakeEngine({ assets: UUIDS, scenes: { big: 'scene-big' }, ...options });
    t.after(engine.stop);
    const warnings = [];
    t.mock.method(console, 'warn', (text) => warnings.push(text));
    const loader = await open(engine, `case${count++}`);
    return { engine, warnings, ...loader };
  };
  const staged = [...UUIDS, 'scene big', 'run big'];
  const atOnce = ['scene big', 'run big'];

  test(`${era}: stages one after the other, then the scene; nothing stays held`, async (t) => {
    const { engine, loadSceneStaged, warnings } = await begin(t);
    const parts = [];
    const onProgress = (p) => parts.push(p.part);
    await loadSceneStaged('big', { plan: planOf(scenePlan()), onProgress });
    assert.deepEqual(engine.log, staged);
    assert.deepEqual(warnings, []);
    assert.equal(engine.mostAlive(), 2);
    assert.equal(engine.held(), 0);
    assert.deepEqual(parts, [...parts].sort((a, b) => a - b));
    assert.equal(parts.at(-1), 1);
  });

  test(`${era}: versions of files count`, async (t) => {
    const versions = { b2: { ver: '12ab3', nativeVer: 'f00d1' } };
    const good = await begin(t, { versions });
    const scene = scenePlan({ match: matchOf(UUIDS, versions) });
    await good.loadSceneStaged('big', { plan: planOf(scene) });
    assert.deepEqual(good.engine.log, staged);
  });

  const fallbacks = {
    'another build': planOf(scenePlan({ match: '00000000' })),
    'an asset that is gone': planOf(scenePlan({ stages: [{ assets: ['zz'] }] })),
    'a bundle that is gone': planOf(scenePlan({ bundles: ['main', 'gone'] })),
    'no order': planOf(scenePlan({ outcome: 'impossible', stages: [] })),
    'another scene': planOf(scenePlan({ name: 'other', url: 'db://assets/other.scene' })),
    'no plan': undefined,
  };
  for (const [what, plan] of Object.entries(fallbacks)) {
    test(`${era}: with ${what} the engine loads, and a warning says why`, async (t) => {
      const { engine, loadSceneStaged, warnings } = await begin(t);
      await loadSceneStaged('big', { plan });
      assert.deepEqual(engine.log, atOnce);
      assert.equal(warnings.length, 1);
    });
  }

  test(`${era}: what fits at once is no warning`, async (t) => {
    const { engine, loadSceneStaged, warnings } = await begin(t);
    const plan = planOf(scenePlan({ outcome: 'at_once', stages: [] }));
    await loadSceneStaged('big', { plan });
    assert.deepEqual([engine.log, warnings], [atOnce, []]);
  });

  test(`${era}: a change of scene has a plan of its own`, async (t) => {
    const { engine, loadSceneStaged } = await begin(t);
    engine.cc.director.running = { uuid: 'scene-small' };
    const small = { id: 'small', name: 'small', url: 'small', uuid: 'scene-small' };
    const change = {
      ...scenePlan({ stages: UUIDS.map((uuid) => ({ assets: [uuid] })) }),
      from: 'small',
      to: 'db://assets/big.scene',
    };
    const plan = planOf(scenePlan(), [change]);
    plan.scenes.push(small);
    await loadSceneStaged('big', { plan });
    assert.equal(engine.mostAlive(), 1);
  });

  test(`${era}: a failure stops it and lets everything go`, async (t) => {
    const { engine, loadSceneStaged } = await begin(t, { failing: ['c3'] });
    await assert.rejects(loadSceneStaged('big', { plan: planOf(scenePlan()) }), /no c3/);
    assert.deepEqual(engine.log, ['a1', 'b2', 'c3', 'd4']);
    assert.equal(engine.held(), 0);
  });

  test(`${era}: a scene that cannot be loaded lets everything go`, async (t) => {
    const { engine, loadSceneStaged } = await begin(t, { failing: ['big'] });
    await assert.rejects(loadSceneStaged('big', { plan: planOf(scenePlan()) }), /no big/);
    assert.equal(engine.held(), 0);
  });

  test(`${era}: cancel stops before the next stage`, async (t) => {
    const { engine, loadSceneStaged, LoadCancelled } = await begin(t);
    const load = loadSceneStaged('big', {
      plan: planOf(scenePlan()),
      onProgress: (p) => p.stage === 1 && load.cancel(),
    });
    await assert.rejects(load, LoadCancelled);
    assert.deepEqual(engine.log, ['a1', 'b2', 'c3', 'd4']);
    assert.equal(engine.held(), 0);
  });
}

#!/usr/bin/env node
// Compares what the engine allocated (record.mjs) with what was predicted
// (packaudit report --format json): per scene, the textures made from images, by uuid,
// size, levels and bytes; per step of a sequence, which of them are there. See README.md.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync, realpathSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { compareSequence, printSequence } from './transitions.mjs';

const USAGE = `usage: node compare.mjs RECORD.json REPORT.json
                       [--phase loaded|settled] [--all-differences]

exit status: 0 every scene (or step of a sequence) equal, 1 one differs, 2 usage,
             3 nothing to compare

examples:
  node compare.mjs record.json report.json
  node compare.mjs record.json report.json --phase settled
  node compare.mjs sequence.json report.json --all-differences`;

const IMAGE_CLASSES = new Set(['image', 'compressed_image']);
const SHOWN = 20;

/**
 * What the engine has for the images of one scene, or for all images: texture uuid -> its
 * figures.
 */
export function recordedTextures(snapshot, all = false) {
  const found = new Map();
  for (const texture of snapshot.textures) {
    if (!IMAGE_CLASSES.has(texture.class) || !(all || texture.in_closure)) {
      continue;
    }
    const uuid = texture.uuid || texture.images[0];
    const before = found.get(uuid);
    found.set(uuid, {
      uuid,
      width: texture.width,
      height: texture.height,
      levels: texture.levels,
      format: texture.format,
      images: texture.images,
      bytes: texture.bytes + (before ? before.bytes : 0),
    });
  }
  return found;
}

function isRenderTexture(texture) {
  return /render.?texture/i.test(texture.class || '');
}

/** What was predicted for the images of one scene. */
export function predictedTextures(report, scene) {
  const byUuid = new Map(report.textures.map((texture) => [texture.uuid, texture]));
  const found = new Map();
  for (const uuid of scene.texture_uuids) {
    const texture = byUuid.get(uuid);
    if (!texture) {
      found.set(uuid, { uuid, bytes: null, is_unlisted: true });
    } else if (!isRenderTexture(texture)) {
      found.set(uuid, {
        uuid,
        width: texture.width,
        height: texture.height,
        levels: texture.levels,
        format: texture.format,
        images: texture.images || [],
        bytes: texture.gpu_bytes,
      });
    }
  }
  return found;
}

/**
 * An image whose file is missing has no size: the engine made no storage, nor did the
 * report. A texture that the report names and does not list is a fault of the report.
 */
export function hasStorage(predicted) {
  return Boolean(predicted.bytes || predicted.is_unlisted);
}

function describe(texture) {
  return (
    `${texture.width}x${texture.height} levels ${texture.levels} ` +
    `${texture.format || '?'} ${texture.bytes} bytes`
  );
}

function compareTexture(uuid, recorded, predicted, absent) {
  if (!predicted) {
    return `recorded only   ${uuid} ${describe(recorded)}`;
  }
  if (!recorded) {
    if (!hasStorage(predicted)) {
      return null;
    }
    const why = absent.has(uuid)
      ? ' (the engine has the texture but gave it no storage)'
      : '';
    return `predicted only  ${uuid} ${describe(predicted)}${why}`;
  }
  const same =
    recorded.bytes === predicted.bytes &&
    ['width', 'height', 'levels'].every(
      (key) => predicted[key] === undefined || predicted[key] === recorded[key],
    );
  return same
    ? null
    : `differs         ${uuid} recorded ${describe(recorded)}, predicted ${describe(predicted)}`;
}

function compareImages(snapshot, scene, recorded) {
  if (!scene.image_uuids) {
    return [];
  }
  const real = new Set([...recorded.values()].flatMap((texture) => texture.images));
  for (const image of snapshot.image_assets || []) {
    if (image.in_closure) {
      real.add(image.uuid);
    }
  }
  const said = new Set(scene.image_uuids);
  // The engine lists a dependency whose file did not come as well: it is in the closure.
  const closure = new Set(snapshot.dependencies || []);
  return [
    ...[...real]
      .filter((uuid) => !said.has(uuid))
      .map((uuid) => `image recorded only   ${uuid}`),
    ...[...said]
      .filter((uuid) => !real.has(uuid) && !closure.has(uuid))
      .map((uuid) => `image predicted only  ${uuid}`),
  ];
}

/** Differences of one scene, as lines; none means equal to the byte. */
export function compareScene(recordScene, report, phase) {
  const snapshot = recordScene[phase];
  const scene = report.scenes.find((item) => item.uuid === recordScene.uuid);
  if (!scene) {
    return {
      lines: [`the report has no scene ${recordScene.uuid}`],
      recorded: 0,
      predicted: 0,
    };
  }
  const recorded = recordedTextures(snapshot);
  const predicted = predictedTextures(report, scene);
  const absent = new Set(
    (snapshot.textures_without_storage || []).map((item) => item.uuid),
  );
  const sum = [...recorded.values()].reduce((total, texture) => total + texture.bytes, 0);
  const lines = [];
  for (const uuid of new Set([...recorded.keys(), ...predicted.keys()])) {
    const line = compareTexture(uuid, recorded.get(uuid), predicted.get(uuid), absent);
    if (line) {
      lines.push(line);
    }
  }
  lines.push(...compareImages(snapshot, scene, recorded));
  if (sum !== scene.gpu_bytes) {
    lines.push(
      `sum             recorded ${sum}, predicted ${scene.gpu_bytes}, ` +
        `off by ${scene.gpu_bytes - sum}`,
    );
  }
  return { lines, recorded: sum, predicted: scene.gpu_bytes };
}

/**
 * Every texture of a snapshot that the report lists, whatever loaded it, a scene or code:
 * differences as lines, and their bytes.
 */
export function compareTextures(snapshot, report) {
  const uuids = report.textures.map((texture) => texture.uuid);
  const predicted = predictedTextures(report, { texture_uuids: uuids });
  const found = [...recordedTextures(snapshot, true)].filter(([uuid]) =>
    predicted.has(uuid),
  );
  return {
    lines: found
      .map(([uuid, recorded]) =>
        compareTexture(uuid, recorded, predicted.get(uuid), new Set()),
      )
      .filter(Boolean),
    recorded: found.reduce((sum, [, recorded]) => sum + recorded.bytes, 0),
  };
}

/** All scenes of a record against a report. */
export function compare(record, report, phase) {
  const result = { equal: [], different: [], unrecorded: [], unasked: [] };
  for (const scene of record.scenes) {
    if (!scene[phase]) {
      result.unrecorded.push({
        scene,
        reason: scene.error || scene.run_error || `no '${phase}' part`,
      });
      continue;
    }
    const found = compareScene(scene, report, phase);
    (found.lines.length ? result.different : result.equal).push({ scene, ...found });
  }
  const recorded = new Set(record.scenes.map((scene) => scene.uuid));
  result.unasked = report.scenes.filter((scene) => !recorded.has(scene.uuid));
  return result;
}

function print(result, all) {
  for (const { scene, recorded } of result.equal) {
    console.log(`equal      ${scene.name}: ${recorded} bytes`);
  }
  for (const { scene, recorded, predicted, lines } of result.different) {
    console.log(
      `different  ${scene.name} (${scene.uuid}): recorded ${recorded}, predicted ${predicted} bytes`,
    );
    const shown = all ? lines : lines.slice(0, SHOWN);
    shown.forEach((line) => console.log(`           ${line}`));
    if (shown.length < lines.length) {
      console.log(
        `           ${lines.length - shown.length} more, show them with --all-differences`,
      );
    }
  }
  for (const { scene, reason } of result.unrecorded) {
    console.log(`unrecorded ${scene.name}: ${reason}`);
  }
  for (const scene of result.unasked) {
    console.log(`unrecorded ${scene.name}: not in the record`);
  }
  console.log(
    `${result.equal.length} equal, ${result.different.length} different, ` +
      `${result.unrecorded.length + result.unasked.length} not recorded`,
  );
}

function readJson(file, schema) {
  const value = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof value.schema !== 'string' || !value.schema.startsWith(schema)) {
    throw new Error(`'${file}' is no ${schema} but '${value.schema}'`);
  }
  return value;
}

function main() {
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        phase: { type: 'string', default: 'loaded' },
        'all-differences': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    console.error(`compare: ${error.message}\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (positionals.length !== 2 || !['loaded', 'settled'].includes(values.phase)) {
    console.error(USAGE);
    return 2;
  }
  try {
    const record = readJson(positionals[0], 'packaudit.engine-record/');
    const report = readJson(positionals[1], 'packaudit.report/');
    if (record.sequence) {
      const results = compareSequence(record.sequence, report);
      const shown = values['all-differences'] ? Infinity : SHOWN;
      return printSequence(record.sequence, results, shown);
    }
    const result = compare(record, report, values.phase);
    print(result, values['all-differences']);
    if (result.different.length) {
      return 1;
    }
    return result.equal.length ? 0 : 3;
  } catch (error) {
    console.error(`compare: ${error.message}`);
    return 3;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = main();
}

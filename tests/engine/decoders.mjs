#!/usr/bin/env node
// Hands compressed files to the browser's decoder (SwiftShader's, in software), draws each
// pixel for pixel, and compares what comes back with what packaudit's own decoder made of
// the file and with the picture that the file was made from.
//
//   build/bench/encoders --keep DIR [PICTURE ...]
//   node tests/engine/decoders.mjs DIR
//
// DIR holds "P WxH.rgba" for picture P, "P NAME.pkm" or ".astc", and "P NAME.rgba", what
// our decoder makes of it; without the last, as for files of other encoders, only the
// picture is compared.
// Exit status: 0 every decoded pixel is what ours is; 1 one is not; 2
// usage; 3 no browser, or a file that it does not take.
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { launchBrowser } from './browser.mjs';
import { serve } from './server.mjs';

const PKM_FORMATS = {
  0: ['WEBGL_compressed_texture_etc1', 'COMPRESSED_RGB_ETC1_WEBGL'],
  1: ['WEBGL_compressed_texture_etc', 'COMPRESSED_RGB8_ETC2'],
  3: ['WEBGL_compressed_texture_etc', 'COMPRESSED_RGBA8_ETC2_EAC'],
};
const HEADER_BYTES = 16;

/** Sides and format of a file, by its header. */
function readHeader(file) {
  const bytes = readFileSync(file);
  if (file.endsWith('.pkm')) {
    const [extension, format] = PKM_FORMATS[bytes.readUInt16BE(6)];
    return {
      width: bytes.readUInt16BE(12),
      height: bytes.readUInt16BE(14),
      extension,
      format,
    };
  }
  return {
    width: bytes.readUIntLE(7, 3),
    height: bytes.readUIntLE(10, 3),
    extension: 'WEBGL_compressed_texture_astc',
    format: `COMPRESSED_RGBA_ASTC_${bytes[4]}x${bytes[5]}_KHR`,
  };
}

/** Runs in a page: one file, decoded by WebGL, against pixels of ours and the picture. */
async function decode({ file, own, picture, width, height, extension, format, skip }) {
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext('webgl2');
  const able = gl.getExtension(extension);
  if (!able) {
    throw new Error(`the browser has no ${extension}`);
  }
  const load = async (name) =>
    new Uint8Array(await (await fetch(`/${encodeURIComponent(name)}`)).arrayBuffer());
  const source = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, source);
  const blocks = (await load(file)).subarray(skip);
  gl.compressedTexImage2D(gl.TEXTURE_2D, 0, able[format], width, height, 0, blocks);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  const target = gl.createRenderbuffer();
  gl.bindRenderbuffer(gl.RENDERBUFFER, target);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, width, height);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.framebufferRenderbuffer(
    gl.FRAMEBUFFER,
    gl.COLOR_ATTACHMENT0,
    gl.RENDERBUFFER,
    target,
  );
  const program = gl.createProgram();
  for (const [kind, text] of [
    [
      gl.VERTEX_SHADER,
      `#version 300 es
      void main() {
        vec2 at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
        gl_Position = vec4(at, 0.0, 1.0);
      }`,
    ],
    [
      gl.FRAGMENT_SHADER,
      `#version 300 es
      precision highp float;
      uniform highp sampler2D source;
      out vec4 color;
      void main() { color = texelFetch(source, ivec2(gl_FragCoord.xy), 0); }`,
    ],
  ]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.viewport(0, 0, width, height);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
  const got = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, got);
  const error = gl.getError();
  if (error) {
    throw new Error(`WebGL error ${error}`);
  }
  const result = { off: null, differ: null, psnr_db: null };
  if (own) {
    const ours = await load(own);
    [result.off, result.differ] = [0, 0];
    for (let i = 0; i < got.length; i++) {
      const off = Math.abs(got[i] - ours[i]);
      result.off = Math.max(result.off, off);
      result.differ += off > 0;
    }
  }
  if (picture) {
    // As src/codec/quality.h measures: colour times alpha, and alpha unless both are
    // opaque, over the pixels that show in one of the two.
    const before = await load(picture);
    const has_alpha = [before, got].some((list) => list.some((v, i) => i % 4 === 3 && v < 255));
    let [sum, count] = [0, 0];
    for (let i = 0; i < got.length; i += 4) {
      const [a, b] = [before[i + 3], got[i + 3]];
      if (a || b) {
        count += has_alpha ? 4 : 3;
        for (let c = 0; c < 3; c++) {
          sum += (before[i + c] * a - got[i + c] * b) ** 2;
        }
        sum += has_alpha ? (255 * (a - b)) ** 2 : 0;
      }
    }
    result.psnr_db = 10 * Math.log10(255 ** 2 / (sum / 255 ** 2 / count));
  }
  gl.getExtension('WEBGL_lose_context').loseContext();
  return result;
}

const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;

/** Decodes every file of a folder; results by the encoder's name. */
async function decodeAll(page, folder) {
  const names = readdirSync(folder).sort();
  const pictures = new Map(
    names
      .map((name) => /^(\d+) \d+x\d+\.rgba$/.exec(name))
      .filter(Boolean)
      .map((match) => [match[1], match[0]]),
  );
  const found = new Map();
  for (const file of names) {
    const match = /^(\d+) (.*)\.(?:pkm|astc)$/.exec(file);
    if (!match) {
      continue;
    }
    const [, number, name] = match;
    const own = `${number} ${name}.rgba`;
    const result = await page.evaluate(decode, {
      file,
      own: names.includes(own) ? own : null,
      picture: name.endsWith(' chance') ? null : pictures.get(number),
      skip: HEADER_BYTES,
      ...readHeader(path.join(folder, file)),
    });
    found.set(name, [...(found.get(name) || []), result]);
  }
  return found;
}

function print(found) {
  let isGood = true;
  console.log(
    `${'encoder'.padEnd(24)} pictures  not ours  at most    PSNR`,
  );
  for (const [name, results] of found) {
    const own = results.filter((one) => one.off !== null);
    const off = Math.max(0, ...own.map((one) => one.off));
    const differ = own.reduce((sum, one) => sum + one.differ, 0);
    const psnr = results.map((one) => one.psnr_db).filter((one) => one !== null);
    isGood &&= off === 0;
    console.log(
      [
        name.padEnd(24),
        String(results.length).padStart(8),
        (own.length ? String(differ) : '-').padStart(9),
        (own.length ? String(off) : '-').padStart(8),
        (psnr.length ? mean(psnr).toFixed(2) : '-').padStart(7),
        off === 0 ? '' : 'DIFFERENT',
      ]
        .join(' ')
        .trimEnd(),
    );
  }
  return isGood && found.size > 0;
}

async function main() {
  const [folder] = process.argv.slice(2);
  if (!folder || folder.startsWith('-')) {
    process.stderr.write('usage: node decoders.mjs DIR\n');
    return 2;
  }
  const server = await serve(folder, {});
  const browser = await launchBrowser(null, 60000);
  try {
    const page = await browser.newPage();
    await page.route(`${server.origin}/`, (route) => route.fulfill({ body: '' }));
    await page.goto(`${server.origin}/`);
    return print(await decodeAll(page, folder)) ? 0 : 1;
  } finally {
    await browser.close();
    await server.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`decoders: ${error.message}\n`);
  process.exitCode = 3;
}

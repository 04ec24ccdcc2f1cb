// A static server for one folder, on the loopback address and a free port only.
// It changes one thing on the way out, in the settings file and only if asked: the launch
// scene is emptied, so that the engine starts and then waits for the scene that is to be
// measured. And, if asked, a sound that the build lacks is answered with silence, because
// the engine gives up a whole scene for one missing sound. Nothing on disk is touched.
// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import { createReadStream, readFileSync, statSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { SETTINGS_NAME } from './build.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.bmp': 'image/bmp',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.wav': 'audio/wav',
  '.m4a': 'audio/mp4',
  '.mp4': 'video/mp4',
  '.ttf': 'font/ttf',
  '.otf': 'font/otf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'text/xml',
  '.plist': 'text/xml',
};

/** Settings that start no scene and, if `local`, fetch bundles from no other host. */
export function quietSettings(text, local) {
  let replaced = 0;
  let out = text.replace(/("?launchScene"?\s*:\s*)"[^"]*"/g, (_, key) => {
    replaced++;
    return `${key}""`;
  });
  if (local) {
    out = out.replace(/("?server"?\s*:\s*)"https?:[^"]*"/g, '$1""');
  }
  return { text: out, replaced };
}

/** Whether a requested path is that of a sound. */
export function isSound(url) {
  return /\.(?:mp3|ogg|wav|m4a)$/i.test(new URL(url, 'http://localhost').pathname);
}

/** A tenth of a second of silence: WAV, 8 bit, one channel; browsers go by content. */
function silence() {
  const rate = 8000;
  const samples = rate / 10;
  const wav = Buffer.alloc(44 + samples, 0x80);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples, 40);
  return wav;
}

function resolveFile(root, url) {
  const decoded = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  const full = path.join(root, decoded.endsWith('/') ? `${decoded}index.html` : decoded);
  const real = realpathSync(full); // a link out of the build is refused, as is `..`
  if (real !== root && !real.startsWith(root + path.sep)) {
    throw new Error('outside of the build');
  }
  const info = statSync(real);
  if (!info.isFile()) {
    throw new Error('not a file');
  }
  return { file: real, size: info.size };
}

function answer(root, options, request, response, log) {
  let found;
  try {
    found = resolveFile(root, request.url);
  } catch {
    log.missing.add(request.url);
    if (options.silence && isSound(request.url)) {
      response.writeHead(200, { 'Content-Type': 'audio/wav' }).end(silence());
    } else {
      response.writeHead(404).end();
    }
    return;
  }
  const type =
    TYPES[path.extname(found.file).toLowerCase()] || 'application/octet-stream';
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-store' };
  if (options.quiet && SETTINGS_NAME.test(found.file.split(path.sep).join('/'))) {
    const quiet = quietSettings(readFileSync(found.file, 'utf8'), options.local);
    log.quieted += quiet.replaced;
    response.writeHead(200, headers).end(quiet.text);
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Length': found.size });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  createReadStream(found.file)
    .on('error', () => response.destroy())
    .pipe(response);
}

/** Starts the server; resolves to its address, its log and a function that stops it. */
export function serve(folder, options) {
  const root = realpathSync(folder);
  const log = { missing: new Set(), quieted: 0 };
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405).end();
      return;
    }
    answer(root, options, request, response, log);
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () =>
      resolve({
        origin: `http://127.0.0.1:${server.address().port}`,
        log,
        close: () =>
          new Promise((done) => {
            server.closeAllConnections();
            server.close(done);
          }),
      }),
    );
  });
}

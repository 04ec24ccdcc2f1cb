// Runs in the page before recorder.js: WebGL's texture formats, their names and what a
// level of each takes. The numbers are those of the WebGL 1 and 2 specifications and of the
// compressed-texture extensions in the WebGL extension registry.
// SPDX-License-Identifier: Apache-2.0
(() => {
  'use strict';

  // Internal formats, by the numbers of the WebGL registry: [name, bytes a pixel].
  const SIZED = {
    0x8229: ['R8', 1], 0x822b: ['RG8', 2], 0x8051: ['RGB8', 3], 0x8058: ['RGBA8', 4],
    0x8c41: ['SRGB8', 3], 0x8c43: ['SRGB8_ALPHA8', 4], 0x8d62: ['RGB565', 2],
    0x8056: ['RGBA4', 2], 0x8057: ['RGB5_A1', 2], 0x8059: ['RGB10_A2', 4],
    0x906f: ['RGB10_A2UI', 4], 0x8c3a: ['R11F_G11F_B10F', 4], 0x8c3d: ['RGB9_E5', 4],
    0x822d: ['R16F', 2], 0x822f: ['RG16F', 4], 0x881b: ['RGB16F', 6],
    0x881a: ['RGBA16F', 8], 0x822e: ['R32F', 4], 0x8230: ['RG32F', 8],
    0x8815: ['RGB32F', 12], 0x8814: ['RGBA32F', 16],
    0x8f94: ['R8_SNORM', 1], 0x8f95: ['RG8_SNORM', 2], 0x8f96: ['RGB8_SNORM', 3],
    0x8f97: ['RGBA8_SNORM', 4],
    0x8231: ['R8I', 1], 0x8232: ['R8UI', 1], 0x8233: ['R16I', 2], 0x8234: ['R16UI', 2],
    0x8235: ['R32I', 4], 0x8236: ['R32UI', 4], 0x8237: ['RG8I', 2], 0x8238: ['RG8UI', 2],
    0x8239: ['RG16I', 4], 0x823a: ['RG16UI', 4], 0x823b: ['RG32I', 8],
    0x823c: ['RG32UI', 8], 0x8d8f: ['RGB8I', 3], 0x8d7d: ['RGB8UI', 3],
    0x8d89: ['RGB16I', 6], 0x8d77: ['RGB16UI', 6], 0x8d83: ['RGB32I', 12],
    0x8d71: ['RGB32UI', 12], 0x8d8e: ['RGBA8I', 4], 0x8d7c: ['RGBA8UI', 4],
    0x8d88: ['RGBA16I', 8], 0x8d76: ['RGBA16UI', 8], 0x8d82: ['RGBA32I', 16],
    0x8d70: ['RGBA32UI', 16],
    0x81a5: ['DEPTH_COMPONENT16', 2], 0x81a6: ['DEPTH_COMPONENT24', 4],
    0x8cac: ['DEPTH_COMPONENT32F', 4], 0x88f0: ['DEPTH24_STENCIL8', 4],
    0x8cad: ['DEPTH32F_STENCIL8', 8], 0x8d48: ['STENCIL_INDEX8', 1],
  };

  // Formats without a size of their own: components, to be multiplied by the type.
  const UNSIZED = {
    0x1906: ['ALPHA', 1], 0x1907: ['RGB', 3], 0x1908: ['RGBA', 4],
    0x1909: ['LUMINANCE', 1], 0x190a: ['LUMINANCE_ALPHA', 2], 0x1903: ['RED', 1],
    0x8227: ['RG', 2], 0x1902: ['DEPTH_COMPONENT', 1], 0x84f9: ['DEPTH_STENCIL', 1],
    0x8c40: ['SRGB', 3], 0x8c42: ['SRGB_ALPHA', 4],
  };

  const TYPE_BYTES = {
    0x1400: 1, 0x1401: 1, 0x1402: 2, 0x1403: 2, 0x1404: 4, 0x1405: 4, 0x1406: 4,
    0x140b: 2, 0x8d61: 2,
  };
  // A packed type is a whole pixel, whatever the number of components.
  const PACKED_TYPE_BYTES = {
    0x8033: 2, 0x8034: 2, 0x8363: 2, 0x8368: 4, 0x84fa: 4, 0x8c3b: 4, 0x8c3e: 4,
    0x8dad: 8,
  };

  // Compressed formats: [name, block width, block height, bytes a block].
  const BLOCKS = {
    0x83f0: ['RGB_S3TC_DXT1', 4, 4, 8], 0x83f1: ['RGBA_S3TC_DXT1', 4, 4, 8],
    0x83f2: ['RGBA_S3TC_DXT3', 4, 4, 16], 0x83f3: ['RGBA_S3TC_DXT5', 4, 4, 16],
    0x8c4c: ['SRGB_S3TC_DXT1', 4, 4, 8], 0x8c4d: ['SRGB_ALPHA_S3TC_DXT1', 4, 4, 8],
    0x8c4e: ['SRGB_ALPHA_S3TC_DXT3', 4, 4, 16],
    0x8c4f: ['SRGB_ALPHA_S3TC_DXT5', 4, 4, 16],
    0x8d64: ['RGB_ETC1', 4, 4, 8], 0x9270: ['R11_EAC', 4, 4, 8],
    0x9271: ['SIGNED_R11_EAC', 4, 4, 8], 0x9272: ['RG11_EAC', 4, 4, 16],
    0x9273: ['SIGNED_RG11_EAC', 4, 4, 16], 0x9274: ['RGB8_ETC2', 4, 4, 8],
    0x9275: ['SRGB8_ETC2', 4, 4, 8], 0x9276: ['RGB8_PUNCHTHROUGH_ALPHA1_ETC2', 4, 4, 8],
    0x9277: ['SRGB8_PUNCHTHROUGH_ALPHA1_ETC2', 4, 4, 8],
    0x9278: ['RGBA8_ETC2_EAC', 4, 4, 16], 0x9279: ['SRGB8_ALPHA8_ETC2_EAC', 4, 4, 16],
    0x8c00: ['RGB_PVRTC_4BPP', 4, 4, 8], 0x8c01: ['RGB_PVRTC_2BPP', 8, 4, 8],
    0x8c02: ['RGBA_PVRTC_4BPP', 4, 4, 8], 0x8c03: ['RGBA_PVRTC_2BPP', 8, 4, 8],
    0x8e8c: ['RGBA_BPTC', 4, 4, 16], 0x8e8d: ['SRGB_ALPHA_BPTC', 4, 4, 16],
    0x8e8e: ['RGB_BPTC_SIGNED_FLOAT', 4, 4, 16],
    0x8e8f: ['RGB_BPTC_UNSIGNED_FLOAT', 4, 4, 16],
  };
  const ASTC = [[4, 4], [5, 4], [5, 5], [6, 5], [6, 6], [8, 5], [8, 6], [8, 8], [10, 5],
    [10, 6], [10, 8], [10, 10], [12, 10], [12, 12]];
  ASTC.forEach(([w, h], i) => {
    BLOCKS[0x93b0 + i] = [`RGBA_ASTC_${w}x${h}`, w, h, 16];
    BLOCKS[0x93d0 + i] = [`SRGB8_ALPHA8_ASTC_${w}x${h}`, w, h, 16];
  });

  function formatName(internal, type) {
    if (SIZED[internal]) {
      return SIZED[internal][0];
    }
    if (BLOCKS[internal]) {
      return BLOCKS[internal][0];
    }
    if (UNSIZED[internal]) {
      const plain = type === undefined || type === 0x1401;
      return UNSIZED[internal][0] + (plain ? '' : `/0x${type.toString(16)}`);
    }
    return `0x${Number(internal).toString(16)}`;
  }

  function pixelBytes(internal, format, type) {
    if (SIZED[internal]) {
      return SIZED[internal][1];
    }
    if (PACKED_TYPE_BYTES[type]) {
      return PACKED_TYPE_BYTES[type];
    }
    const layout = UNSIZED[internal] || UNSIZED[format];
    return layout ? layout[1] * (TYPE_BYTES[type] || 1) : 0;
  }

  function levelBytes(internal, format, type, width, height, depth) {
    const block = BLOCKS[internal];
    if (block) {
      // PVRTC never takes less than 2 x 2 blocks.
      const least = internal >= 0x8c00 && internal <= 0x8c03 ? 2 : 1;
      const across = Math.max(Math.ceil(width / block[1]), least);
      const down = Math.max(Math.ceil(height / block[2]), least);
      return across * down * block[3] * depth;
    }
    return width * height * depth * pixelBytes(internal, format, type);
  }

  window.__packauditFormats = {
    formatName,
    levelBytes,
    isCompressed: (internal) => Boolean(BLOCKS[internal]),
  };
})();

// etcpak.cpp - the same pictures by etcpak 2.0, to hold our encoder against:
//
//   git clone https://github.com/wolfpld/etcpak
//   g++ -O3 -march=native -std=c++20 -I etcpak tests/bench/etcpak.cpp
//   etcpak/ProcessRGB.cpp \
//       etcpak/Tables.cpp etcpak/Dither.cpp -o build/bench/etcpak
//   build/bench/etcpak DIR
//
// DIR is what `encoders --keep DIR` filled: of every "P WxH.rgba" with sides that are
// multiples of 4 it makes "P etcpak ….pkm", and tells megapixels a second on one thread.
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ProcessRGB.hpp"

namespace fs = std::filesystem;

struct picture {
    unsigned number, width, height;
    std::vector<uint32_t> pixels; // as etcpak takes them: blue, green, red, alpha
    bool is_opaque;
};

static picture read_picture(const fs::path &path) {
    picture out{};
    std::sscanf(path.filename().c_str(), "%u %ux%u", &out.number, &out.width,
                &out.height);
    std::ifstream file(path, std::ios::binary);
    std::vector<char> rgba{std::istreambuf_iterator<char>(file), {}};
    out.is_opaque = true;
    for (size_t i = 0; i + 3 < rgba.size(); i += 4) {
        uint32_t c[4];
        for (size_t k = 0; k < 4; k++) {
            c[k] = static_cast<uint8_t>(rgba[i + k]);
        }
        out.pixels.push_back(c[2] | c[1] << 8 | c[0] << 16 | c[3] << 24);
        out.is_opaque = out.is_opaque && c[3] == 255;
    }
    return out;
}

struct encoder {
    const char *name;
    int pkm_format;
    bool needs_opaque;
    void (*run)(const uint32_t *from, uint64_t *to, uint32_t blocks, size_t width);
};

static const encoder encoders[] = {
    {"ETC1", 0, true, CompressEtc1Rgb},
    {"ETC2 RGB", 1, true,
     [](const uint32_t *from, uint64_t *to, uint32_t blocks, size_t width) {
         CompressEtc2Rgb(from, to, blocks, width, true);
     }},
    {"ETC2 RGBA", 3, false,
     [](const uint32_t *from, uint64_t *to, uint32_t blocks, size_t width) {
         CompressEtc2Rgba(from, to, blocks, width, true);
     }},
};

static double encode(const encoder &how, const picture &image, const fs::path &folder) {
    uint32_t blocks = image.width * image.height / 16;
    std::vector<uint64_t> out(blocks * (how.pkm_format == 3 ? 2 : 1));
    auto begin = std::chrono::steady_clock::now();
    how.run(image.pixels.data(), out.data(), blocks, image.width);
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    auto high = [](unsigned value) { return static_cast<char>(value >> 8); };
    auto low = [](unsigned value) { return static_cast<char>(value); };
    const char header[16] = {'P',
                             'K',
                             'M',
                             ' ',
                             how.pkm_format == 0 ? '1' : '2',
                             '0',
                             0,
                             low(static_cast<unsigned>(how.pkm_format)),
                             high(image.width),
                             low(image.width),
                             high(image.height),
                             low(image.height),
                             high(image.width),
                             low(image.width),
                             high(image.height),
                             low(image.height)};
    std::ofstream file(
        folder / (std::to_string(image.number) + " etcpak " + how.name + ".pkm"),
        std::ios::binary);
    file.write(header, sizeof header);
    file.write(reinterpret_cast<const char *>(out.data()),
               static_cast<std::streamsize>(out.size() * sizeof out[0]));
    return took.count();
}

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: etcpak DIR\n");
        return 2;
    }
    std::vector<picture> pictures;
    for (const auto &entry : fs::directory_iterator(argv[1])) {
        unsigned number = 0, width = 0, height = 0;
        const std::string name = entry.path().filename();
        if (std::sscanf(name.c_str(), "%u %ux%u.rgba", &number, &width, &height) == 3 &&
            width % 4 == 0 && height % 4 == 0) {
            pictures.push_back(read_picture(entry.path()));
        }
    }
    for (const encoder &how : encoders) {
        double took_s = 0;
        double area = 0;
        for (const picture &image : pictures) {
            if (image.is_opaque || !how.needs_opaque) {
                took_s += encode(how, image, argv[1]);
                area += static_cast<double>(image.width) * image.height;
            }
        }
        if (area > 0) {
            std::printf("etcpak %-16s %8.2f MP/s\n", how.name, area / 1e6 / took_s);
        }
    }
    return 0;
}

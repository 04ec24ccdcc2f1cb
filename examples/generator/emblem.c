/*
 * emblem.c - pictures that are no surfaces: signs with clear edges, light, sky.
 *
 * Signs are flat colours and short ramps, because a PNG of noise would be large.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "emblem.h"

#include <math.h>
#include <stddef.h>

/* Colour and cover of one point; x and y run from -1 to 1. */
struct ink {
    struct color color;
    float alpha;
};

static float round_box(float x, float y, float half_x, float half_y, float radius)
{
    float dx = fabsf(x) - half_x + radius;
    float dy = fabsf(y) - half_y + radius;
    float outside = sqrtf((dx > 0 ? dx * dx : 0) + (dy > 0 ? dy * dy : 0));
    float inside = dx > dy ? dx : dy;
    return outside + (inside < 0 ? inside : 0) - radius;
}

/* How far a point is from the sign's edge, negative inside. */
static float sign_distance(enum emblem emblem, float x, float y)
{
    float radius = sqrtf(x * x + y * y);
    switch (emblem) {
    case EMBLEM_COIN:
        return radius - 0.88f;
    case EMBLEM_GEM:
        return (y < -0.25f ? fabsf(x) - 0.6f - (y + 0.8f) * 0.45f
                           : fabsf(x) + (y + 0.25f) * 0.78f - 0.85f) -
               (y < -0.8f ? y + 0.8f : 0.0f);
    case EMBLEM_HEART: {
        float hx = fabsf(x);
        float hy = -y + 0.25f;
        float lobe =
            sqrtf((hx - 0.42f) * (hx - 0.42f) + (hy - 0.3f) * (hy - 0.3f)) - 0.45f;
        float wedge = hx * 0.78f - hy * 0.62f - 0.45f;
        float lower = hy < 0.25f ? (wedge > hx - 0.86f ? wedge : hx - 0.86f) : 1.0f;
        return lobe < lower ? lobe : lower;
    }
    case EMBLEM_STAR: {
        float turn = (atan2f(x, -y) / 6.2831853f + 1.0f) * 5.0f;
        float point = fabsf(2.0f * (turn - floorf(turn)) - 1.0f);
        return radius - (0.42f + 0.5f * point * point);
    }
    case EMBLEM_SHIELD: {
        float half = y < 0.0f ? 0.72f : 0.72f * sqrtf(clamp01(1.0f - y * y / 0.92f));
        float side = fabsf(x) - half;
        return side > -y - 0.86f ? side : -y - 0.86f;
    }
    case EMBLEM_KEY: {
        float bow = fabsf(sqrtf(x * x + (y + 0.5f) * (y + 0.5f)) - 0.28f) - 0.11f;
        float stem = round_box(x, y - 0.32f, 0.1f, 0.56f, 0.05f);
        float bit = round_box(x - 0.22f, y - 0.68f, 0.22f, 0.14f, 0.04f);
        float least = bow < stem ? bow : stem;
        return least < bit ? least : bit;
    }
    case EMBLEM_PANEL:
    case EMBLEM_BUTTON:
        break;
    }
    return round_box(x, y, 0.97f, 0.97f, emblem == EMBLEM_PANEL ? 0.18f : 0.5f);
}

struct picture emblem_sign(enum emblem emblem, unsigned width_px, unsigned height_px)
{
    static const uint32_t bodies[] = {0xf0b429, 0x35b6d8, 0xe0455e, 0xffd75a,
                                      0x5a78c8, 0xd9a441, 0x3a3550, 0x4caf6d};
    struct picture picture = picture_new(width_px, height_px);
    struct color body = color_rgb(bodies[emblem]);
    for (unsigned y = 0; y < height_px; y++) {
        for (unsigned x = 0; x < width_px; x++) {
            float px = 2.0f * ((float)x + 0.5f) / (float)width_px - 1.0f;
            float py = 2.0f * ((float)y + 0.5f) / (float)height_px - 1.0f;
            float edge = 2.0f / (float)width_px;
            float distance = sign_distance(emblem, px, py);
            /* Eight steps of light: long runs, small files. */
            float light = 1.15f - 0.3f * floorf((py * 0.5f + 0.5f) * 8.0f) / 8.0f;
            struct color color = color_scale(body, distance > -0.12f ? 0.6f : light);
            picture_blend(&picture, x, y, color, ramp(edge, -edge, distance));
        }
    }
    return picture;
}

static struct ink chain_ink(float u, float v)
{
    float y = v * 6.0f;
    float fy = y - floorf(y) - 0.5f;
    float x = (u - 0.5f) * 4.0f;
    int link = (int)floorf(y);
    float ring = link % 2 == 0 ? fabsf(round_box(x, fy, 0.4f, 0.56f, 0.4f) + 0.1f) - 0.1f
                               : round_box(x, fy, 0.12f, 0.62f, 0.1f);
    float light = 0.5f + 0.5f * floorf(clamp01(-ring * 9.0f) * 6.0f) / 6.0f;
    return (struct ink){color_scale(color_rgb(0x8f8a80), light),
                        ramp(0.01f, -0.01f, ring)};
}

struct picture emblem_chain(unsigned size_px)
{
    struct picture picture = picture_new(size_px, size_px);
    for (unsigned y = 0; y < size_px; y++) {
        for (unsigned x = 0; x < size_px; x++) {
            struct ink ink =
                chain_ink((float)x / (float)size_px, (float)y / (float)size_px);
            picture_blend(&picture, x, y, ink.color, ink.alpha);
        }
    }
    return picture;
}

static void leaf(struct picture *picture, float at_u, float at_v, float length,
                 float angle, struct color color)
{
    float size_px = (float)picture->width_px;
    float c = cosf(angle);
    float s = sinf(angle);
    int reach_px = (int)(length * size_px);
    int mid_x = (int)(at_u * size_px);
    int mid_y = (int)(at_v * size_px);
    for (int y = mid_y - reach_px; y <= mid_y + reach_px; y++) {
        for (int x = mid_x - reach_px; x <= mid_x + reach_px; x++) {
            if (x < 0 || y < 0) {
                continue;
            }
            float dx = (float)(x - mid_x) / size_px / length;
            float dy = (float)(y - mid_y) / size_px / length;
            float along = dx * c + dy * s;
            float across = dy * c - dx * s;
            float half = 0.36f * (1.0f - along * along);
            float vein = fabsf(across) < 0.025f ? 0.72f : across > 0 ? 1.0f : 0.88f;
            picture_blend(picture, (unsigned)x, (unsigned)y, color_scale(color, vein),
                          ramp(0.012f, -0.012f, fabsf(across) - half));
        }
    }
}

struct picture emblem_leaves(unsigned size_px, uint32_t leaf_rgb, uint32_t seed)
{
    struct picture picture = picture_new(size_px, size_px);
    for (int i = 0; i < 26; i++) {
        float turn = (float)i * 2.3999632f;
        float reach = 0.08f + 0.3f * (float)i / 26.0f;
        float shade = 0.6f + 0.1f * floorf(lattice(i, 1, seed) * 6.0f);
        leaf(&picture, 0.5f + reach * cosf(turn), 0.5f + reach * sinf(turn),
             0.1f + 0.05f * lattice(i, 2, seed), turn + 0.5f,
             color_scale(color_rgb(leaf_rgb), shade));
    }
    return picture;
}

struct picture emblem_banner(unsigned size_px)
{
    struct picture picture = picture_new(size_px, size_px);
    for (unsigned y = 0; y < size_px; y++) {
        for (unsigned x = 0; x < size_px; x++) {
            float u = 2.0f * ((float)x + 0.5f) / (float)size_px - 1.0f;
            float v = 2.0f * ((float)y + 0.5f) / (float)size_px - 1.0f;
            /* Two tails at the lower end. */
            float tail = v - 0.95f + 0.35f * (1.0f - fabsf(u) / 0.7f);
            float side = fabsf(u) - 0.7f;
            float edge = side > tail ? side : tail;
            struct color color = color_rgb(edge > -0.06f ? 0xc9a14a : 0x7d1f2d);
            float star = sign_distance(EMBLEM_STAR, u / 0.5f, (v + 0.1f) / 0.5f);
            float ring = fabsf(sqrtf(u * u + (v + 0.1f) * (v + 0.1f)) - 0.55f) - 0.03f;
            if (star < 0.0f || ring < 0.0f) {
                color = color_rgb(0xe3c46c);
            }
            picture_blend(&picture, x, y, color, ramp(0.004f, -0.004f, edge));
        }
    }
    return picture;
}

struct picture emblem_landscape(unsigned width_px, unsigned height_px, uint32_t seed)
{
    struct picture picture = picture_new(width_px, height_px);
    for (unsigned y = 0; y < height_px; y++) {
        for (unsigned x = 0; x < width_px; x++) {
            float u = (float)x / (float)width_px;
            float v = (float)y / (float)height_px;
            struct color color =
                color_mix(color_rgb(0x3f6fb0), color_rgb(0xf6d9b0), clamp01(v * 1.6f));
            for (int hill = 0; hill < 4; hill++) {
                float top = 0.45f + 0.13f * (float)hill -
                            0.22f * cloud(u, 0.3f, 3 + hill, 3, seed + (uint32_t)hill);
                struct color ground = color_mix(color_rgb(0x9db3c4), color_rgb(0x2f5d3a),
                                                (float)hill / 3.0f);
                color = color_mix(color, ground, ramp(top, top + 0.006f, v));
            }
            picture.pixels[(size_t)y * width_px + x] = color_pixel(color);
        }
    }
    return picture;
}

struct picture emblem_lightmap(unsigned size_px, uint32_t seed)
{
    struct picture picture = picture_new(size_px, size_px);
    for (unsigned y = 0; y < size_px; y++) {
        for (unsigned x = 0; x < size_px; x++) {
            float u = (float)x / (float)size_px;
            float v = (float)y / (float)size_px;
            float light = 0.1f + 0.15f * cloud(u, v, 3, 2, seed);
            for (int lamp = 0; lamp < 7; lamp++) {
                float dx = u - lattice(lamp, 1, seed);
                float dy = v - lattice(lamp, 2, seed);
                light += 0.012f / (0.02f + dx * dx + dy * dy);
            }
            struct color color = color_mix(color_rgb(0x20284a), color_rgb(0xffe3ad),
                                           clamp01(light * 0.3f));
            picture.pixels[(size_t)y * size_px + x] = color_pixel(color);
        }
    }
    return picture;
}

struct picture emblem_sky(unsigned size_px, unsigned face)
{
    struct picture picture = picture_new(size_px, size_px);
    for (unsigned y = 0; y < size_px; y++) {
        for (unsigned x = 0; x < size_px; x++) {
            float a = 2.0f * ((float)x + 0.5f) / (float)size_px - 1.0f;
            float b = 1.0f - 2.0f * ((float)y + 0.5f) / (float)size_px;
            const float directions[6][3] = {{1, b, -a}, {-1, b, a}, {a, 1, -b},
                                            {a, -1, b}, {a, b, 1},  {-a, b, -1}};
            const float *d = directions[face];
            float length = sqrtf(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
            float up = d[1] / length;
            struct color color =
                up < 0.0f ? color_mix(color_rgb(0xc9d6dd), color_rgb(0x5a5348),
                                      clamp01(-up * 4.0f))
                          : color_mix(color_rgb(0xdfe9f2), color_rgb(0x2f6fc0), up);
            if (up > 0.0f) {
                /* Clouds lie on a plane above, so they join at the faces' edges. */
                float cover = cloud(0.5f + 0.05f * d[0] / (d[1] + 0.15f),
                                    0.5f + 0.05f * d[2] / (d[1] + 0.15f), 16, 3, 77);
                color = color_mix(color, color_rgb(0xffffff),
                                  0.9f * ramp(0.5f, 0.75f, cover) * ramp(0.0f, 0.2f, up));
            }
            picture.pixels[(size_t)y * size_px + x] = color_pixel(color);
        }
    }
    return picture;
}

/*
 * picture.c - an RGBA picture, and the few tools to paint one.
 *
 * Promises: arithmetic of float only, no state between calls, no library's random
 * numbers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

struct picture picture_new(unsigned width_px, unsigned height_px)
{
    struct picture picture = {width_px, height_px,
                              calloc((size_t)width_px * height_px, sizeof(struct pixel))};
    if (picture.pixels == NULL) {
        die("out of memory for a picture of %u x %u", width_px, height_px);
    }
    return picture;
}

struct picture picture_copy(const struct picture *picture)
{
    struct picture copy = picture_new(picture->width_px, picture->height_px);
    memcpy(copy.pixels, picture->pixels,
           (size_t)picture->width_px * picture->height_px * sizeof(struct pixel));
    return copy;
}

struct picture picture_half(const struct picture *picture)
{
    unsigned width_px = picture->width_px > 1 ? picture->width_px / 2 : 1;
    unsigned height_px = picture->height_px > 1 ? picture->height_px / 2 : 1;
    struct picture half = picture_new(width_px, height_px);
    for (unsigned y = 0; y < height_px; y++) {
        for (unsigned x = 0; x < width_px; x++) {
            unsigned sums[4] = {2, 2, 2, 2};
            for (unsigned i = 0; i < 4; i++) {
                unsigned from_x = 2 * x + i % 2;
                unsigned from_y = 2 * y + i / 2;
                from_x = from_x < picture->width_px ? from_x : picture->width_px - 1;
                from_y = from_y < picture->height_px ? from_y : picture->height_px - 1;
                const struct pixel *from =
                    &picture->pixels[(size_t)from_y * picture->width_px + from_x];
                sums[0] += from->r;
                sums[1] += from->g;
                sums[2] += from->b;
                sums[3] += from->a;
            }
            half.pixels[(size_t)y * width_px + x] =
                (struct pixel){(uint8_t)(sums[0] / 4), (uint8_t)(sums[1] / 4),
                               (uint8_t)(sums[2] / 4), (uint8_t)(sums[3] / 4)};
        }
    }
    return half;
}

void picture_free(struct picture *picture)
{
    free(picture->pixels);
    *picture = (struct picture){0};
}

void picture_blend(struct picture *picture, unsigned x_px, unsigned y_px,
                   struct color color, float alpha)
{
    if (alpha <= 0.0f || x_px >= picture->width_px || y_px >= picture->height_px) {
        return;
    }
    struct pixel *pixel = &picture->pixels[(size_t)y_px * picture->width_px + x_px];
    float below = (float)pixel->a / 255.0f * (1.0f - alpha);
    float sum = alpha + below;
    struct color old = {(float)pixel->r / 255.0f, (float)pixel->g / 255.0f,
                        (float)pixel->b / 255.0f};
    *pixel = color_pixel(color_mix(old, color, alpha / sum));
    pixel->a = (uint8_t)(clamp01(sum) * 255.0f + 0.5f);
}

void picture_place(struct picture *target, const struct picture *source, unsigned x_px,
                   unsigned y_px)
{
    for (unsigned y = 0; y < source->height_px; y++) {
        memcpy(&target->pixels[(size_t)(y + y_px) * target->width_px + x_px],
               &source->pixels[(size_t)y * source->width_px],
               source->width_px * sizeof(struct pixel));
    }
}

struct color color_rgb(uint32_t rgb)
{
    return (struct color){(float)(rgb >> 16 & 0xffu) / 255.0f,
                          (float)(rgb >> 8 & 0xffu) / 255.0f,
                          (float)(rgb & 0xffu) / 255.0f};
}

struct color color_mix(struct color a, struct color b, float part_of_b)
{
    return (struct color){a.r + (b.r - a.r) * part_of_b, a.g + (b.g - a.g) * part_of_b,
                          a.b + (b.b - a.b) * part_of_b};
}

struct color color_scale(struct color color, float factor)
{
    return (struct color){color.r * factor, color.g * factor, color.b * factor};
}

struct pixel color_pixel(struct color color)
{
    return (struct pixel){(uint8_t)(clamp01(color.r) * 255.0f + 0.5f),
                          (uint8_t)(clamp01(color.g) * 255.0f + 0.5f),
                          (uint8_t)(clamp01(color.b) * 255.0f + 0.5f), 255};
}

float clamp01(float value)
{
    return value < 0.0f ? 0.0f : value > 1.0f ? 1.0f : value;
}

float ramp(float from, float to, float value)
{
    float t = clamp01((value - from) / (to - from));
    return t * t * (3.0f - 2.0f * t);
}

float lattice(int x, int y, uint32_t seed)
{
    uint32_t h =
        (uint32_t)x * 0x8da6b343u ^ (uint32_t)y * 0xd8163841u ^ seed * 0xcb1ab31fu;
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12)) * 0x297a2d39u;
    h ^= h >> 15;
    return (float)(h >> 8) / 16777216.0f;
}

static int wrap(int value, int period)
{
    int rest = value % period;
    return rest < 0 ? rest + period : rest;
}

float noise(float u, float v, int period_x, int period_y, uint32_t seed)
{
    float x = u * (float)period_x;
    float y = v * (float)period_y;
    float floor_x = floorf(x);
    float floor_y = floorf(y);
    float fx = x - floor_x;
    float fy = y - floor_y;
    fx = fx * fx * (3.0f - 2.0f * fx);
    fy = fy * fy * (3.0f - 2.0f * fy);
    int x0 = wrap((int)floor_x, period_x);
    int y0 = wrap((int)floor_y, period_y);
    int x1 = wrap(x0 + 1, period_x);
    int y1 = wrap(y0 + 1, period_y);
    float top = lattice(x0, y0, seed) * (1.0f - fx) + lattice(x1, y0, seed) * fx;
    float bottom = lattice(x0, y1, seed) * (1.0f - fx) + lattice(x1, y1, seed) * fx;
    return top * (1.0f - fy) + bottom * fy;
}

float cloud(float u, float v, int period, int octaves, uint32_t seed)
{
    float sum = 0.0f;
    float weight = 0.5f;
    float weights = 0.0f;
    for (int i = 0; i < octaves; i++) {
        sum += weight * noise(u, v, period, period, seed + (uint32_t)i);
        weights += weight;
        weight *= 0.5f;
        period *= 2;
    }
    return sum / weights;
}

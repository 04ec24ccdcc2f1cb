/*
 * picture.h - an RGBA picture, and the few tools to paint one.
 *
 * Coordinates u and v run from 0 to 1 over the picture's width and height.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_PICTURE_H
#define PA_GENERATOR_PICTURE_H

#include <stdint.h>

struct pixel {
    uint8_t r, g, b, a;
};

struct picture {
    unsigned width_px;
    unsigned height_px;
    struct pixel *pixels;
};

struct color {
    float r, g, b; /* 0 to 1 */
};

struct picture picture_new(unsigned width_px, unsigned height_px);
struct picture picture_copy(const struct picture *picture);
/* Half the sides, at least 1: the mean of each four pixels. */
struct picture picture_half(const struct picture *picture);
void picture_free(struct picture *picture);

/* Lays the colour over what is there. */
void picture_blend(struct picture *picture, unsigned x_px, unsigned y_px,
                   struct color color, float alpha);
/* Copies a picture into another one. */
void picture_place(struct picture *target, const struct picture *source, unsigned x_px,
                   unsigned y_px);

struct color color_rgb(uint32_t rgb); /* 0xrrggbb */
struct color color_mix(struct color a, struct color b, float part_of_b);
struct color color_scale(struct color color, float factor);
struct pixel color_pixel(struct color color);

float clamp01(float value);
/* 0 below from, 1 above to, smooth between. */
float ramp(float from, float to, float value);
/* A random number of two whole ones, the same in every run. */
float lattice(int x, int y, uint32_t seed);
/* Soft noise from 0 to 1, with `period` cells from u = 0 to 1; it tiles. */
float noise(float u, float v, int period_x, int period_y, uint32_t seed);
/* The same in several octaves. */
float cloud(float u, float v, int period, int octaves, uint32_t seed);

#endif

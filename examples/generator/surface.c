/*
 * surface.c - walls, floors and cloths, as a recipe and the maps painted from it.
 *
 * Every surface tiles, and all is soft: the files must be small, and what a picture costs
 * in memory does not depend on what it shows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "surface.h"

#include <math.h>
#include <stdlib.h>

#include "text.h"

struct shape {
    float height; /* 0 deep, 1 standing out */
    float tone;   /* between the colours low and high */
    float accent; /* how much of the accent's colour */
};

struct surface {
    struct recipe recipe;
    unsigned size_px;
    struct shape *shapes;
};

/* 0 at whole numbers, 1 half way between them, round at both. */
static float wave(float t)
{
    float f = t - floorf(t);
    float s = 1.0f - fabsf(2.0f * f - 1.0f);
    return s * s * (3.0f - 2.0f * s);
}

static float fraction(float t)
{
    return t - floorf(t);
}

/* How far a point is from the border of its cell, in parts of the picture. */
static float cell_depth(float fx, float fy, int columns, int rows)
{
    float dx = (fx < 0.5f ? fx : 1.0f - fx) / (float)columns;
    float dy = (fy < 0.5f ? fy : 1.0f - fy) / (float)rows;
    return dx < dy ? dx : dy;
}

static struct shape shape_blocks(const struct recipe *r, float u, float v)
{
    int row = (int)(v * (float)r->rows);
    float x = u * (float)r->columns + (row % 2 == 0 ? 0.0f : 0.5f);
    int column = (int)x % r->columns;
    float depth =
        cell_depth(fraction(x), fraction(v * (float)r->rows), r->columns, r->rows);
    float block = ramp(0.003f, 0.012f, depth);
    float stain = cloud(u, v, 5, 3, r->seed);
    return (struct shape){block * (0.75f + 0.25f * stain),
                          0.6f * lattice(column, row, r->seed) + 0.4f * stain,
                          1.0f - block};
}

static struct shape shape_tiles(const struct recipe *r, float u, float v)
{
    float x = u * (float)r->columns;
    float y = v * (float)r->rows;
    float fx = fraction(x);
    float fy = fraction(y);
    float tile = ramp(0.002f, 0.008f, cell_depth(fx, fy, r->columns, r->rows));
    float diamond = fabsf(fx - 0.5f) + fabsf(fy - 0.5f);
    float checker = ((int)x + (int)y) % 2 == 0 ? 0.15f : 0.75f;
    float stain = cloud(u, v, 4, 3, r->seed);
    return (struct shape){tile * 0.9f, checker + 0.25f * stain,
                          1.0f - ramp(0.2f, 0.26f, diamond)};
}

static struct shape shape_plaster(const struct recipe *r, float u, float v)
{
    float stain = cloud(u, v, 3, 4, r->seed);
    float bump = cloud(u, v, 9, 3, r->seed + 50);
    float worn = ramp(0.58f, 0.72f, cloud(u, v, 4, 3, r->seed + 90));
    return (struct shape){0.4f + 0.5f * bump - 0.3f * worn, stain, worn * 0.8f};
}

static struct shape shape_cloth(const struct recipe *r, float u, float v)
{
    float sway = 0.35f * noise(u, v, 3, 2, r->seed);
    float fold = wave(u * (float)r->columns + sway);
    float hem = ramp(0.055f, 0.04f, fabsf(v - 0.86f));
    float fx = fraction(u * (float)r->columns * 2.0f) - 0.5f;
    float fy = fraction(v * (float)r->rows) - 0.5f;
    float lozenge = ramp(0.34f, 0.26f, fabsf(fx) + fabsf(fy));
    float pattern = v < 0.78f ? 0.55f * lozenge : 0.0f;
    return (struct shape){0.25f + 0.75f * fold, fold, hem > pattern ? hem : pattern};
}

static struct shape shape_flutes(const struct recipe *r, float u, float v)
{
    float flute = wave(u * (float)r->columns);
    float ring = ramp(0.045f, 0.03f, fabsf(fraction(v * (float)r->rows) - 0.5f));
    float stain = cloud(u, v, 3, 3, r->seed);
    float height = flute > ring ? flute : ring;
    return (struct shape){height, 0.3f + 0.4f * stain + 0.3f * flute, ring * 0.7f};
}

static struct shape shape_planks(const struct recipe *r, float u, float v)
{
    float x = u * (float)r->columns;
    int plank = (int)x;
    float depth = cell_depth(fraction(x), 0.5f, r->columns, 1);
    float board = ramp(0.001f, 0.007f, depth);
    float grain = noise(u, v, r->columns * 5, 3, r->seed + (uint32_t)plank);
    float tone = 0.5f * lattice(plank, 7, r->seed) + 0.5f * grain;
    return (struct shape){board * (0.8f + 0.2f * grain), tone, 1.0f - board};
}

static struct shape shape_scales(const struct recipe *r, float u, float v)
{
    float best = 0.0f;
    float tone = 0.0f;
    for (int i = 0; i < 2; i++) {
        int row = (int)(v * (float)r->rows) + i;
        float x = u * (float)r->columns + (row % 2 == 0 ? 0.0f : 0.5f);
        float fx = (fraction(x) - 0.5f) / (float)r->columns * (float)r->rows;
        float fy = (float)row - v * (float)r->rows;
        float inside = 1.0f - (fx * fx * 1.1f + (1.0f - fy) * (1.0f - fy) * 0.8f);
        if (inside > 0.0f && best == 0.0f) {
            best = 0.3f + 0.7f * clamp01(inside);
            tone = lattice((int)x % r->columns, row % r->rows, r->seed);
        }
    }
    float stain = cloud(u, v, 3, 2, r->seed);
    return (struct shape){best, 0.6f * tone + 0.4f * stain, ramp(0.42f, 0.3f, best)};
}

static struct shape shape_relief(const struct recipe *r, float u, float v)
{
    float x = fraction(u * (float)r->columns) - 0.5f;
    float y = fraction(v * (float)r->rows) - 0.5f;
    float radius = sqrtf(x * x + y * y);
    float angle = atan2f(y, x) / 6.2831853f;
    float petal = wave(angle * 8.0f + (radius < 0.2f ? 0.5f : 0.0f));
    float ring = ramp(0.035f, 0.015f, fabsf(radius - 0.42f));
    float flower = petal * ramp(0.38f, 0.3f, radius) * ramp(0.05f, 0.12f, radius);
    float boss = ramp(0.1f, 0.07f, radius);
    float height = ring > flower ? ring : flower;
    height = height > boss ? height : boss;
    float stain = cloud(u, v, 4, 3, r->seed);
    return (struct shape){0.2f + 0.8f * height, 0.5f * stain + 0.5f * height,
                          ring > boss ? ring : boss};
}

static struct shape shape_marble(const struct recipe *r, float u, float v)
{
    float bend = cloud(u, v, 3, 3, r->seed);
    float vein = 1.0f - fabsf(2.0f * fraction(bend * (float)r->rows) - 1.0f);
    float cell =
        ramp(0.001f, 0.005f,
             cell_depth(fraction(u * (float)r->columns), fraction(v * (float)r->columns),
                        r->columns, r->columns));
    return (struct shape){0.9f * cell, cloud(u, v, 4, 3, r->seed + 9),
                          ramp(0.8f, 1.0f, vein) * 0.8f};
}

/* The cells nearest to scattered points: how far the border is, and which cell. */
static float scatter(const struct recipe *r, float u, float v, float *cell)
{
    float x = u * (float)r->columns;
    float y = v * (float)r->rows;
    float first = 9.0f;
    float second = 9.0f;
    for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
            int cx = (int)floorf(x) + dx;
            int cy = (int)floorf(y) + dy;
            int wx = (cx + r->columns) % r->columns;
            int wy = (cy + r->rows) % r->rows;
            float px = (float)cx + 0.15f + 0.7f * lattice(wx, wy, r->seed);
            float py = (float)cy + 0.15f + 0.7f * lattice(wx, wy, r->seed + 1);
            float distance = sqrtf((px - x) * (px - x) + (py - y) * (py - y));
            if (distance < first) {
                second = first;
                first = distance;
                *cell = lattice(wx, wy, r->seed + 2);
            } else if (distance < second) {
                second = distance;
            }
        }
    }
    return second - first;
}

static struct shape shape_scatter(const struct recipe *r, float u, float v)
{
    float cell = 0.0f;
    float border = scatter(r, u, v, &cell);
    float inside = ramp(0.03f, 0.13f, border);
    if (r->kind == SURFACE_GLASS) {
        return (struct shape){1.0f - 0.7f * inside, cell, 1.0f - inside};
    }
    float stain = cloud(u, v, 5, 3, r->seed);
    return (struct shape){inside * (0.75f + 0.25f * stain), 0.6f * cell + 0.4f * stain,
                          1.0f - inside};
}

static struct shape shape_at(const struct recipe *r, float u, float v)
{
    switch (r->kind) {
    case SURFACE_BLOCKS:
        return shape_blocks(r, u, v);
    case SURFACE_TILES:
        return shape_tiles(r, u, v);
    case SURFACE_PLASTER:
        return shape_plaster(r, u, v);
    case SURFACE_CLOTH:
        return shape_cloth(r, u, v);
    case SURFACE_FLUTES:
        return shape_flutes(r, u, v);
    case SURFACE_PLANKS:
        return shape_planks(r, u, v);
    case SURFACE_SCALES:
        return shape_scales(r, u, v);
    case SURFACE_RELIEF:
        return shape_relief(r, u, v);
    case SURFACE_MARBLE:
        return shape_marble(r, u, v);
    case SURFACE_GLASS:
    case SURFACE_FLAGS:
        break;
    }
    return shape_scatter(r, u, v);
}

struct surface *surface_new(const struct recipe *recipe, unsigned size_px)
{
    struct surface *surface = calloc(1, sizeof *surface);
    struct shape *shapes = calloc((size_t)size_px * size_px, sizeof *shapes);
    if (surface == NULL || shapes == NULL) {
        die("out of memory for the surface '%s'", recipe->name);
    }
    *surface = (struct surface){*recipe, size_px, shapes};
    for (unsigned y = 0; y < size_px; y++) {
        for (unsigned x = 0; x < size_px; x++) {
            shapes[(size_t)y * size_px + x] =
                shape_at(recipe, ((float)x + 0.5f) / (float)size_px,
                         ((float)y + 0.5f) / (float)size_px);
        }
    }
    return surface;
}

void surface_free(struct surface *surface)
{
    free(surface->shapes);
    free(surface);
}

static float height_at(const struct surface *surface, unsigned x, unsigned y)
{
    size_t size_px = surface->size_px;
    return surface->shapes[(y % size_px) * size_px + x % size_px].height;
}

static struct color paint_normal(const struct surface *surface, unsigned x, unsigned y)
{
    unsigned last = surface->size_px - 2;
    float slope = (float)surface->size_px / 160.0f;
    float dx = (height_at(surface, x + last, y) - height_at(surface, x + 2, y)) * slope;
    float dy = (height_at(surface, x, y + last) - height_at(surface, x, y + 2)) * slope;
    float length = sqrtf(dx * dx + dy * dy + 4.0f);
    return (struct color){0.5f + 0.5f * dx / length, 0.5f - 0.5f * dy / length,
                          0.5f + 1.0f / length};
}

/* Occlusion, roughness, metal: the channels that the standard effect reads. */
static struct color paint_roughness(const struct shape *shape)
{
    return (struct color){0.55f + 0.45f * clamp01(shape->height),
                          0.9f - 0.35f * clamp01(shape->tone),
                          0.35f * clamp01(shape->accent)};
}

static struct color glass_color(float cell)
{
    static const uint32_t panes[] = {0x8c1c2b, 0x1d3f8f, 0xc98a1b, 0x2a6b3c,
                                     0x5b2a7a, 0xb8c4d8, 0x14557a, 0xa8481c};
    return color_rgb(panes[(int)(cell * 8.0f) % 8]);
}

static struct color paint_albedo(const struct recipe *recipe, const struct shape *shape)
{
    struct color body =
        color_mix(color_rgb(recipe->low), color_rgb(recipe->high), clamp01(shape->tone));
    float light = 0.7f + 0.35f * clamp01(shape->height);
    if (recipe->kind == SURFACE_GLASS) {
        body = glass_color(shape->tone);
        light = 1.0f;
    }
    struct color color = color_mix(color_scale(body, light), color_rgb(recipe->accent),
                                   clamp01(shape->accent) * 0.85f);
    return color;
}

struct picture surface_paint(const struct surface *surface, enum surface_map map)
{
    struct picture picture = picture_new(surface->size_px, surface->size_px);
    for (unsigned y = 0; y < surface->size_px; y++) {
        for (unsigned x = 0; x < surface->size_px; x++) {
            size_t at = (size_t)y * surface->size_px + x;
            const struct shape *shape = &surface->shapes[at];
            struct color color = map == MAP_NORMAL ? paint_normal(surface, x, y)
                                 : map == MAP_ROUGHNESS
                                     ? paint_roughness(shape)
                                     : paint_albedo(&surface->recipe, shape);
            picture.pixels[at] = color_pixel(color);
        }
    }
    return picture;
}

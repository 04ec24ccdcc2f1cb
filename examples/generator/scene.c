/*
 * scene.c - scenes and prefabs: nodes with what hangs on them.
 *
 * Only properties that differ from the class's defaults are written, as builds have it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include "uuid.h"

#define LAYER_UI "33554432"

static void add_globals(const struct scene *scene, const char *skybox_id)
{
    static const char *const plain[][2] = {
        {"fog", "cc.FogInfo"},
        {"octree", "cc.OctreeInfo"},
        {"skin", "cc.SkinInfo"},
        {"lightProbeInfo", "cc.LightProbeInfo"},
        {"postSettings", "cc.PostSettingsInfo"},
    };
    struct section *section = scene->section;
    struct object *globals = object_new(section, "cc.SceneGlobals");
    struct object *ambient = object_new(section, "cc.AmbientInfo");
    object_created(ambient, "_skyColorHDR", "[2,0.2,0.5,0.8,0.520833125]");
    object_created(ambient, "_skyColorLDR", "[2,0.2,0.5,0.8,0.520833125]");
    object_child(globals, "ambient", ambient);
    struct object *shadows = object_new(section, "cc.ShadowsInfo");
    object_created(shadows, "_size", "[0,1024,1024]");
    object_child(globals, "shadows", shadows);
    struct object *skybox = object_new(section, "cc.SkyboxInfo");
    if (skybox_id != NULL) {
        object_simple(skybox, "_enabled", "true");
        object_simple(skybox, "_useHDR", "false");
        object_asset(skybox, "_envmapLDR", skybox_id);
    }
    object_child(globals, "_skybox", skybox);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        object_child(globals, plain[i][0], object_new(section, plain[i][1]));
    }
    object_child(scene->root, "_globals", globals);
}

struct scene scene_new(const char *name, bool is_auto_release, const char *skybox_id)
{
    struct scene scene = {
        .name = name, .id = uuid_of(keep("scene %s", name)), .section = section_new()};
    struct object *asset = instance_new(scene.section, "cc.SceneAsset");
    scene.root = instance_new(scene.section, "cc.Scene");
    object_simple(asset, "_name", "\"%s\"", name);
    object_ref(asset, "scene", scene.root);
    object_simple(scene.root, "_name", "\"%s\"", name);
    if (is_auto_release) {
        object_simple(scene.root, "autoReleaseAssets", "true");
    }
    struct object *info = object_new(scene.section, "cc.PrefabInfo");
    static const char *const keys[] = {
        "root",     "asset",           "fileId",
        "instance", "targetOverrides", "nestedPrefabInstanceRoots"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        object_simple(info, keys[i], "%s", i == 2 ? keep("\"%s\"", scene.id) : "null");
    }
    object_child(scene.root, "_prefab", info);
    add_globals(&scene, skybox_id);
    return scene;
}

void scene_add(const struct scene *scene, struct bundle *bundle, struct pack *pack)
{
    struct asset *asset = bundle_document(bundle, scene->id, scene->section);
    if (pack != NULL) {
        pack_add(pack, asset);
    }
    if (scene->is_prefab) {
        bundle_path(bundle, scene->id, keep("prefabs/%s", scene->name), "cc.Prefab",
                    false);
        return;
    }
    bundle_path(bundle, scene->id, keep("db:/assets/scenes/%s", scene->name),
                "cc.SceneAsset", true);
    bundle_scene(bundle, scene->id, keep("db://assets/scenes/%s.scene", scene->name));
}

static void add_prefab_info(const struct scene *scene, struct object *object,
                            const struct object *asset, const char *of)
{
    bool is_node = asset != NULL;
    struct object *info =
        object_new(scene->section, is_node ? "cc.PrefabInfo" : "cc.CompPrefabInfo");
    object_simple(
        info, "fileId", "\"%s\"",
        uuid_node(keep("%s %s in %s", is_node ? "file" : "component", of, scene->name)));
    if (is_node) {
        object_simple(info, "instance", "null");
        object_simple(info, "targetOverrides", "null");
        object_simple(info, "nestedPrefabInstanceRoots", "null");
        object_ref(info, "root", scene->root);
        object_ref(info, "asset", asset);
    }
    object_child(object, is_node ? "_prefab" : "__prefab", info);
}

static const struct object *prefab_asset; /* of the prefab that is being made */

struct scene prefab_new(const char *name)
{
    struct scene scene = {.name = name,
                          .id = uuid_of(keep("prefab %s", name)),
                          .section = section_new(),
                          .is_prefab = true};
    struct object *asset = instance_new(scene.section, "cc.Prefab");
    prefab_asset = asset;
    scene.root = instance_new(scene.section, "cc.Node");
    object_simple(asset, "_name", "\"%s\"", name);
    object_ref(asset, "data", scene.root);
    object_simple(scene.root, "_name", "\"%s\"", name);
    object_simple(scene.root, "_layer", LAYER_UI);
    struct object *transform = object_new(scene.section, "cc.UITransform");
    object_ref(transform, "node", scene.root);
    add_prefab_info(&scene, transform, NULL, name);
    object_created(transform, "_contentSize", "[5,480,320]");
    object_children_add(scene.root, "_components", transform);
    add_prefab_info(&scene, scene.root, asset, name);
    return scene;
}

static struct object *node_new(const struct scene *scene, struct object *parent,
                               struct placement at, bool is_ui)
{
    struct object *node = instance_new(scene->section, "cc.Node");
    object_simple(node, "_name", "\"%s\"", at.name);
    if (is_ui) {
        object_simple(node, "_layer", LAYER_UI);
    }
    if (!scene->is_prefab) {
        object_simple(node, "_id", "\"%s\"",
                      uuid_node(keep("%s in %s", at.name, scene->name)));
    }
    object_ref(node, "_parent", parent);
    object_created(node, "_lpos", "[1,%g,%g,%g]", at.x, at.y, at.z);
    object_refs_add(parent, "_children", node);
    return node;
}

static struct object *component_new(const struct scene *scene, struct object *node,
                                    const char *class_name, const char *of)
{
    struct object *component = object_new(scene->section, class_name);
    object_ref(component, "node", node);
    if (scene->is_prefab) {
        add_prefab_info(scene, component, NULL, keep("%s %s", class_name, of));
    }
    object_children_add(node, "_components", component);
    return component;
}

void scene_camera(const struct scene *scene)
{
    struct object *node =
        node_new(scene, scene->root, (struct placement){"Main Camera", 0, 6, 18}, false);
    object_created(node, "_lrot", "[3,-0.08715574,0,0,0.9961947]");
    object_created(node, "_euler", "[1,-10,0,0]");
    struct object *camera = component_new(scene, node, "cc.Camera", "Main Camera");
    object_simple(camera, "_visibility", "1822425087");
    object_created(camera, "_color", "[4,4282137660]");
}

void scene_light(const struct scene *scene)
{
    struct object *node =
        node_new(scene, scene->root, (struct placement){"Main Light", 0, 12, 0}, false);
    object_created(node, "_lrot", "[3,-0.5,0,0,0.8660254]");
    object_created(node, "_euler", "[1,-60,0,0]");
    struct object *light =
        component_new(scene, node, "cc.DirectionalLight", "Main Light");
    object_simple(light, "_shadowEnabled", "true");
    object_child(light, "_staticSettings",
                 object_new(scene->section, "cc.StaticLightSettings"));
}

void scene_mesh(const struct scene *scene, struct placement at, const char *mesh_id,
                const char *material_id, const char *lightmap_id)
{
    struct object *node = node_new(scene, scene->root, at, false);
    struct object *renderer = component_new(scene, node, "cc.MeshRenderer", at.name);
    object_simple(renderer, "_name", "\"%s<ModelComponent>\"", at.name);
    object_assets_add(renderer, "_materials", material_id);
    struct object *bake = object_new(scene->section, "cc.ModelBakeSettings");
    if (lightmap_id != NULL) {
        object_simple(bake, "_bakeable", "true");
        object_asset(bake, "texture", lightmap_id);
        object_created(bake, "uvParam", "[2,0,0,1,1]");
    }
    object_child(renderer, "bakeSettings", bake);
    object_asset(renderer, "_mesh", mesh_id);
}

struct object *scene_canvas(const struct scene *scene)
{
    struct object *canvas =
        node_new(scene, scene->root, (struct placement){"Canvas", 640, 360, 0}, true);
    struct object *transform = component_new(scene, canvas, "cc.UITransform", "Canvas");
    object_created(transform, "_contentSize", "[5,1280,720]");
    struct object *component = component_new(scene, canvas, "cc.Canvas", "Canvas");
    struct object *holder =
        node_new(scene, canvas, (struct placement){"Camera", 0, 0, 1000}, true);
    /* The canvas names the camera, so the camera is an instance of its own. */
    struct object *camera = instance_new(scene->section, "cc.Camera");
    object_simple(camera, "_projection", "0");
    object_simple(camera, "_orthoHeight", "360");
    object_simple(camera, "_far", "2000");
    object_simple(camera, "_visibility", "41943040");
    object_ref(camera, "node", holder);
    object_created(camera, "_color", "[4,4278190080]");
    object_refs_add(holder, "_components", camera);
    object_ref(component, "_cameraComponent", camera);
    return canvas;
}

void scene_sprite(const struct scene *scene, struct object *parent, struct placement at,
                  unsigned width_px, unsigned height_px, const char *frame_id,
                  const char *atlas_id)
{
    struct object *node = node_new(scene, parent, at, true);
    struct object *transform = component_new(scene, node, "cc.UITransform", at.name);
    object_created(transform, "_contentSize", "[5,%u,%u]", width_px, height_px);
    struct object *sprite = component_new(scene, node, "cc.Sprite", at.name);
    object_simple(sprite, "_sizeMode", "0");
    object_asset(sprite, "_spriteFrame", frame_id);
    if (atlas_id != NULL) {
        object_asset(sprite, "_atlas", atlas_id);
    }
    if (scene->is_prefab) {
        add_prefab_info(scene, node, prefab_asset, at.name);
    }
}

/* Loads plug-ins, and names what is wrong with those that are refused. */
#define _GNU_SOURCE
#include "rill_instance.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define TABLE "rill_plugin_table"

_Static_assert(sizeof(rill_plugin_description) == 2720, "rill_plugin_description");
_Static_assert(sizeof(rill_plugin_place) == 128, "rill_plugin_place");

static int32_t refuse(const char *path, const char *what) {
    return rill_fail(RILL_UNSUPPORTED, "plug-in '%s': %s", path, what);
}

static bool is_text(const char *text, size_t bytes) {
    return memchr(text, 0, bytes) != NULL;
}

static bool is_parameter(const rill_parameter_info *parameter) {
    /* Comparisons with NaN are false. */
    return is_text(parameter->name, sizeof parameter->name) && parameter->name[0] != 0
        && is_text(parameter->description, sizeof parameter->description)
        && parameter->minimum <= parameter->otherwise && parameter->otherwise <= parameter->maximum;
}

static int32_t check_description(const char *path, const rill_plugin_description *description) {
    if (!is_text(description->name, sizeof description->name) || description->name[0] == 0
        || !is_text(description->description, sizeof description->description)) {
        return refuse(path, "its name or description is empty or has no end");
    }
    if (description->devices == 0 || description->devices > (RILL_PLUGIN_CPU | RILL_PLUGIN_CUDA)
        || description->flags > (RILL_PLUGIN_TENSORS | RILL_PLUGIN_CAPTURABLE)) {
        return rill_fail(RILL_UNSUPPORTED, "plug-in '%s': devices %u and flags %u, expected 1 to 3 and 0 to 3", path,
                         description->devices, description->flags);
    }
    if (description->parameter_count > RILL_MAX_PARAMETERS) {
        return rill_fail(RILL_UNSUPPORTED, "plug-in '%s': %u parameters, expected at most %d", path,
                         description->parameter_count, RILL_MAX_PARAMETERS);
    }
    for (uint32_t i = 0; i < description->parameter_count; i++) {
        if (!is_parameter(&description->parameters[i])) {
            return rill_fail(RILL_UNSUPPORTED, "plug-in '%s': parameter %u has no name, a text without end, or a default "
                             "outside of its range", path, i);
        }
    }
    return RILL_OK;
}

static int32_t describe(const char *path, rill_library *library) {
    rill_plugin_description *description = &library->description;
    const rill_plugin *table = library->table;
    if (table == NULL || table->size < sizeof *table || table->version != RILL_PLUGIN_VERSION || table->describe == NULL
        || table->open == NULL || table->enqueue == NULL || table->close == NULL) {
        return rill_fail(RILL_UNSUPPORTED, "plug-in '%s': a table of %u bytes version %u, or with functions missing; "
                         "expected %zu bytes version %d", path, table == NULL ? 0 : table->size,
                         table == NULL ? 0 : table->version, sizeof *table, RILL_PLUGIN_VERSION);
    }
    description->size = sizeof *description;
    description->version = RILL_PLUGIN_VERSION;
    const int32_t code = table->describe(description);
    return code == 0 ? check_description(path, description)
        : rill_fail(RILL_UNSUPPORTED, "plug-in '%s': it cannot describe itself: answer %d", path, code);
}

static int32_t load(const char *path, rill_library *library) {
    library->loaded = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library->loaded == NULL) {
        return refuse(path, dlerror());
    }
    const rill_plugin *(*table)(void) = NULL;
    *(void **) &table = dlsym(library->loaded, TABLE);
    if (table == NULL) {
        return refuse(path, "it exports no " TABLE);
    }
    library->table = table();
    return describe(path, library);
}

static void set_model(rill_library *library) {
    const rill_plugin_description *description = &library->description;
    rill_model *model = &library->model;
    model->name = description->name;
    model->runs_in_order = true;
    model->parameter_count = description->parameter_count;
    for (uint32_t i = 0; i < description->parameter_count; i++) {
        model->parameters[i].name = description->parameters[i].name;
        model->parameters[i].minimum = description->parameters[i].minimum;
        model->parameters[i].maximum = description->parameters[i].maximum;
        model->parameters[i].scale = 1;
    }
}

static void unload(rill_library *library) {
    if (library->loaded != NULL) {
        dlclose(library->loaded);
    }
    free(library);
}

static void fill(rill_plugin_info *info, const rill_plugin_description *description) {
    info->parameter_count = description->parameter_count;
    memcpy(info->name, description->name, sizeof info->name);
    memcpy(info->description, description->description, sizeof info->description);
    memcpy(info->parameters, description->parameters, sizeof info->parameters);
}

int32_t rill_plugin_open(uint64_t path, uint64_t info) {
    const char *file = (const char *) (uintptr_t) path;
    rill_plugin_info *filled = (rill_plugin_info *) (uintptr_t) info;
    /* Without a slash the linker would look in its own folders. */
    if (file == NULL || strchr(file, '/') == NULL || filled == NULL || filled->size < sizeof *filled
        || filled->version != RILL_STRUCT_VERSION) {
        return rill_fail(RILL_BAD_ARGUMENT, "plug-in: no path with a folder, or info missing, or its size or version unknown");
    }
    rill_library *library = calloc(1, sizeof *library);
    if (library == NULL) {
        return rill_fail(RILL_NO_MEMORY, "plug-in: no memory");
    }
    const int32_t code = load(file, library);
    if (code != RILL_OK) {
        unload(library);
        return code;
    }
    set_model(library);
    fill(filled, &library->description);
    filled->plugin = rill_entry_insert(RILL_PLUGIN, library);
    if (filled->plugin == 0) {
        unload(library);
        return rill_fail(RILL_NO_MEMORY, "plug-in: too many plug-ins are open");
    }
    return RILL_OK;
}

int32_t rill_plugin_close(uint64_t handle) {
    rill_entry *entry = rill_entry_peek(RILL_PLUGIN, handle);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "plug-in handle %#llx is stale or not a plug-in", (unsigned long long) handle);
    }
    rill_library *library = rill_entry_remove(entry, handle, true);
    if (library == NULL) {
        return rill_fail(RILL_BUSY, "plug-in: sessions use it");
    }
    unload(library);
    return RILL_OK;
}

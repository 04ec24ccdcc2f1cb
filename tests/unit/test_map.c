/* test_map.c - text to number.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/map.h"
#include "expect.h"

enum { MANY = 5000 };

static void an_empty_map_has_nothing(void **state) {
    (void)state;
    map in = {0};
    assert_int_equal(map_get(&in, str_of("a")), MAP_NONE);
    assert_null(map_get_key(&in, str_of("a")));
    map_clear(&in);
}

static void the_first_value_of_a_key_stays(void **state) {
    (void)state;
    map in = {0};
    uint32_t found = 0;
    assert_true(map_add(&in, str_of("a"), 1, &found));
    assert_int_equal(found, 1);
    assert_true(map_add(&in, str_of("a"), 2, &found));
    assert_int_equal(found, 1);
    assert_int_equal(map_get(&in, str_of("a")), 1);
    map_clear(&in);
}

static void the_empty_text_is_a_key(void **state) {
    (void)state;
    map in = {0};
    uint32_t found = 0;
    assert_true(map_add(&in, (str){0}, 7, &found));
    assert_int_equal(map_get(&in, str_of("")), 7);
    map_clear(&in);
}

static void the_borrowed_key_is_given_back(void **state) {
    (void)state;
    map in = {0};
    uint32_t found = 0;
    str key = str_of("shared");
    char same[] = "shared";
    assert_true(map_add(&in, key, 1, &found));
    assert_ptr_equal(map_get_key(&in, str_of(same))->at, key.at);
    map_clear(&in);
}

static void many_keys_are_all_found(void **state) {
    (void)state;
    static char keys[MANY][8];
    map in = {0};
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t found = 0;
        snprintf(keys[i], sizeof keys[i], "k%u", i);
        assert_true(map_add(&in, str_of(keys[i]), i, &found));
    }
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(map_get(&in, str_of(keys[i])), i);
    }
    assert_int_equal(map_get(&in, str_of("k5000")), MAP_NONE);
    map_clear(&in);
}

static void adding_fails_when_memory_runs_out(void **state) {
    (void)state;
    map in = {0};
    uint32_t found = 0;
    mem_fail_from(1);
    bool is_added = map_add(&in, str_of("a"), 1, &found);
    mem_fail_from(0);
    assert_false(is_added);
    map_clear(&in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_has_nothing),
        cmocka_unit_test(the_first_value_of_a_key_stays),
        cmocka_unit_test(the_empty_text_is_a_key),
        cmocka_unit_test(the_borrowed_key_is_given_back),
        cmocka_unit_test(many_keys_are_all_found),
        cmocka_unit_test(adding_fails_when_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

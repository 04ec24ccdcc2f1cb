/* test_uuid.c - compressed ids and full ones.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/uuid.h"

#include "expect.h"

/* Ids of published builds in both forms. */
static const struct {
    const char *full, *compressed;
} vectors[] = {
    {"fc991dd7-0033-4b80-9d41-c8a86a702e59", "fcmR3XADNLgJ1ByKhqcC5Z"},
    {"20835ba4-6145-4fbc-a58a-051ce700aa3e", "20g1ukYUVPvKWKBRznAKo+"},
    {"29158224-f8dd-4661-a796-1ffab537140e", "29FYIk+N1GYaeWH/q1NxQO"},
    {"71561142-4c83-4933-afca-cb7a17f67053", "71VhFCTINJM6/Ky3oX9nBT"},
    {"8b40faad-ee49-4b28-9453-c08af2be1dd5", "8bQPqt7klLKJRTwIryvh3V"},
    {"20835ba4-6145-4fbc-a58a-051ce700aa3e@6c48a", "20g1ukYUVPvKWKBRznAKo+@6c48a"},
    {"20835ba4-6145-4fbc-a58a-051ce700aa3e@b47c0@e9a6d",
     "20g1ukYUVPvKWKBRznAKo+@b47c0@e9a6d"},
};

static void compressed_ids_are_decoded(void **state) {
    (void)state;
    arena mem = {0};
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        expect_text(uuid_decode(&mem, str_of(vectors[i].compressed)), vectors[i].full);
    }
    arena_clear(&mem);
}

static void full_ids_are_encoded(void **state) {
    (void)state;
    arena mem = {0};
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        expect_text(uuid_encode(&mem, str_of(vectors[i].full)), vectors[i].compressed);
    }
    arena_clear(&mem);
}

static void full_ids_stay_when_decoded(void **state) {
    (void)state;
    arena mem = {0};
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        expect_text(uuid_decode(&mem, str_of(vectors[i].full)), vectors[i].full);
    }
    arena_clear(&mem);
}

static void other_ids_stay_as_they_are(void **state) {
    (void)state;
    static const char *const ids[] = {"",
                                      "02a7bb4fc",
                                      "1b069c25f@6c48a",
                                      "@6c48a",
                                      "fc9913XADNLgJ1ByKhqcC5Z",
                                      "fcmR3XADNLgJ1ByKhqcC5!",
                                      "fcmR3XADNLgJ1ByKhqcC5",
                                      "FC991DD7-0033-4B80-9D41-C8A86A702E59"};
    arena mem = {0};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        expect_text(uuid_decode(&mem, str_of(ids[i])), ids[i]);
        expect_text(uuid_encode(&mem, str_of(ids[i])), ids[i]);
    }
    arena_clear(&mem);
}

static void a_nul_in_an_id_is_no_digit(void **state) {
    (void)state;
    arena mem = {0};
    str id = {"fcmR3XADNLgJ1ByKhqcC5\0", UUID_COMPRESSED_SIZE};
    assert_true(str_equal(uuid_decode(&mem, id), id));
    arena_clear(&mem);
}

static void full_ids_are_told_from_others(void **state) {
    (void)state;
    static const struct {
        const char *id;
        bool is_full;
    } rows[] = {{"fc991dd7-0033-4b80-9d41-c8a86a702e59", true},
                {"fc991dd7-0033-4b80-9d41-c8a86a702e59@6c48a", true},
                {"fc991dd7-0033-4b80-9d41-c8a86a702e5", false},
                {"fc991dd7-0033-4b80-9d41-c8a86a702e591", false},
                {"fc991dd7-0033-4b80-9d41-c8a86a702e5g", false},
                {"fc991dd70-033-4b80-9d41-c8a86a702e59", false},
                {"fcmR3XADNLgJ1ByKhqcC5Z", false},
                {"", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(uuid_is_full(str_of(rows[i].id)), rows[i].is_full);
    }
}

/* Numerical Recipes' generator: the same ids in every run. */
static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void random_id(uint32_t *seed, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < UUID_FULL_SIZE; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        out[i] = is_dash ? '-' : digits[next_random(seed) & 15];
    }
    out[UUID_FULL_SIZE] = '\0';
}

static void every_id_survives_the_way_there_and_back(void **state) {
    (void)state;
    arena mem = {0};
    uint32_t seed = 1;
    char id[UUID_FULL_SIZE + 1];
    for (int i = 0; i < 20000; i++) {
        random_id(&seed, id);
        str compressed = uuid_encode(&mem, str_of(id));
        assert_int_equal(compressed.size, UUID_COMPRESSED_SIZE);
        expect_text(uuid_decode(&mem, compressed), id);
        arena_reset(&mem);
    }
    arena_clear(&mem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compressed_ids_are_decoded),
        cmocka_unit_test(full_ids_are_encoded),
        cmocka_unit_test(full_ids_stay_when_decoded),
        cmocka_unit_test(other_ids_stay_as_they_are),
        cmocka_unit_test(a_nul_in_an_id_is_no_digit),
        cmocka_unit_test(full_ids_are_told_from_others),
        cmocka_unit_test(every_id_survives_the_way_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

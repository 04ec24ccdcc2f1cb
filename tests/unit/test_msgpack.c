/* test_msgpack.c - MessagePack to JSON text.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/msgpack.h"

#include <stdlib.h>

#include "base/limits.h"
#include "expect.h"

#define BYTES(...)                                                                       \
    { (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}) }

/* One value of each family of the specification. */
static const struct {
    bytes data;
    const char *json;
} samples[] = {
    {BYTES(0x00), "0"},
    {BYTES(0x7f), "127"},
    {BYTES(0xe0), "-32"},
    {BYTES(0xff), "-1"},
    {BYTES(0xc0), "null"},
    {BYTES(0xc2), "false"},
    {BYTES(0xc3), "true"},
    {BYTES(0xcc, 0xff), "255"},
    {BYTES(0xcd, 0xff, 0xfe), "65534"},
    {BYTES(0xce, 0xff, 0xff, 0xff, 0xff), "4294967295"},
    {BYTES(0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "18446744073709551615"},
    {BYTES(0xd0, 0x80), "-128"},
    {BYTES(0xd1, 0x80, 0x00), "-32768"},
    {BYTES(0xd2, 0x80, 0x00, 0x00, 0x00), "-2147483648"},
    {BYTES(0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0), "-9223372036854775808"},
    {BYTES(0xd3, 0, 0, 0, 0, 0, 0, 0, 5), "5"},
    {BYTES(0xa0), "\"\""},
    {BYTES(0xa3, 'a', '"', 'b'), "\"a\\\"b\""},
    {BYTES(0xd9, 1, 'x'), "\"x\""},
    {BYTES(0xda, 0, 1, 'x'), "\"x\""},
    {BYTES(0xdb, 0, 0, 0, 1, 'x'), "\"x\""},
    {BYTES(0xc4, 2, 1, 2), "null"},
    {BYTES(0xc5, 0, 1, 9), "null"},
    {BYTES(0xc6, 0, 0, 0, 1, 9), "null"},
    {BYTES(0xc7, 2, 5, 1, 2), "null"},
    {BYTES(0xc8, 0, 1, 5, 1), "null"},
    {BYTES(0xc9, 0, 0, 0, 1, 5, 1), "null"},
    {BYTES(0xd4, 0, 0), "null"},
    {BYTES(0xd5, 1, 0, 0), "null"},
    {BYTES(0xd6, 1, 0, 0, 0, 0), "null"},
    {BYTES(0xd7, 1, 0, 0, 0, 0, 0, 0, 0, 0), "null"},
    {BYTES(0xd8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), "null"},
    {BYTES(0x90), "[]"},
    {BYTES(0x92, 1, 0x91, 2), "[1,[2]]"},
    {BYTES(0xdc, 0, 2, 1, 2), "[1,2]"},
    {BYTES(0xdd, 0, 0, 0, 1, 0xc0), "[null]"},
    {BYTES(0x80), "{}"},
    {BYTES(0x82, 0xa1, 'a', 1, 0xa1, 'b', 0x80), "{\"a\":1,\"b\":{}}"},
    {BYTES(0xde, 0, 1, 0xa1, 'a', 0x90), "{\"a\":[]}"},
    {BYTES(0xdf, 0, 0, 0, 1, 0xa1, 'a', 0xc2), "{\"a\":false}"},
    {BYTES(0x83, 1, 2, 0xc0, 3, 0xc3, 4), "{\"1\":2,\"null\":3,\"true\":4}"},
    {BYTES(0xca, 0, 0, 0, 0), "0"},
    {BYTES(0xca, 0x7f, 0x80, 0, 0), "null"},
    {BYTES(0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0), "null"},
};

static void every_family_has_its_json(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        buf out = {0};
        pa_error err = {0};
        msgpack_to_json(samples[i].data, &out, &err);
        expect_no_error(&err);
        expect_text(buf_str(&out), samples[i].json);
        buf_clear(&out);
    }
}

static void data_cut_off_at_any_byte_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        for (size_t size = 0; size < samples[i].data.size; size++) {
            void *cut = exact_copy(samples[i].data.at, size);
            buf out = {0};
            pa_error err = {0};
            assert_int_equal(msgpack_to_json(bytes_of(cut, size), &out, &err), PA_FORMAT);
            assert_non_null(strstr(err.text, "end too early"));
            buf_clear(&out);
            free(cut);
        }
    }
}

/* The number that the JSON of a float says; `raw` are its bits. */
static double through_json(uint64_t raw, size_t size) {
    uint8_t data[9] = {size == 8 ? 0xcb : 0xca};
    for (size_t i = 0; i < size; i++) {
        data[1 + i] = (uint8_t)(raw >> (8 * (size - 1 - i)));
    }
    buf out = {0};
    pa_error err = {0};
    msgpack_to_json(bytes_of(data, size + 1), &out, &err);
    expect_no_error(&err);
    buf_add_byte(&out, '\0');
    double value = strtod(out.at, NULL);
    buf_clear(&out);
    return value;
}

static void floats_keep_their_digits(void **state) {
    (void)state;
    static const double values[] = {
        1,      -1.5, 0.1,    1e-7,      554.2562584220408,     1e300,
        3e-300, 1e22, -99999, 123456.75, 1.7976931348623157e308};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        uint64_t raw = 0;
        memcpy(&raw, &values[i], sizeof raw);
        double got = through_json(raw, 8);
        double off = got > values[i] ? got - values[i] : values[i] - got;
        double size = values[i] < 0 ? -values[i] : values[i];
        assert_true(off <= size * 2e-15);
    }
}

static void short_floats_keep_nine_digits(void **state) {
    (void)state;
    static const float values[] = {1.0f, -2.5f, 0.1f, 3.4e38f, 1.2e-38f, 16777216.0f};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        uint32_t raw = 0;
        memcpy(&raw, &values[i], sizeof raw);
        assert_true((float)through_json(raw, 4) == values[i]);
    }
}

static void the_smallest_double_is_no_trouble(void **state) {
    (void)state;
    double got = through_json(1, 8);
    assert_true(got >= 0 && got < 1e-300);
}

static void refuse(bytes data, pa_status status, const char *text) {
    buf out = {0};
    pa_error err = {0};
    assert_int_equal(msgpack_to_json(data, &out, &err), status);
    expect_error(&err, status, text);
    buf_clear(&out);
}

static void the_byte_that_begins_nothing_is_refused(void **state) {
    (void)state;
    refuse((bytes)BYTES(0x91, 0xc1), PA_FORMAT,
           "byte 1: 0xc1 begins no MessagePack value");
}

static void bytes_behind_the_value_are_refused(void **state) {
    (void)state;
    refuse((bytes)BYTES(0xc0, 0xc0), PA_FORMAT,
           "byte 1: bytes follow the MessagePack value");
}

static void a_container_as_key_is_refused(void **state) {
    (void)state;
    refuse((bytes)BYTES(0x81, 0x90, 0xc0), PA_FORMAT,
           "byte 2: a MessagePack key is a container");
}

static void counts_that_lie_are_refused(void **state) {
    (void)state;
    refuse((bytes)BYTES(0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0), PA_FORMAT, NULL);
    refuse((bytes)BYTES(0xdf, 0xff, 0xff, 0xff, 0xff, 0xa0), PA_FORMAT, NULL);
    refuse((bytes)BYTES(0xdb, 0xff, 0xff, 0xff, 0xff, 'x'), PA_FORMAT, NULL);
    refuse((bytes)BYTES(0xc9, 0xff, 0xff, 0xff, 0xff, 5, 1), PA_FORMAT, NULL);
}

static void nesting_beyond_the_limit_is_refused(void **state) {
    (void)state;
    uint8_t data[PA_MAX_JSON_DEPTH + 2];
    memset(data, 0x91, sizeof data);
    refuse(bytes_of(data, sizeof data), PA_LIMIT,
           "byte 129: nested deeper than 128 levels");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_family_has_its_json),
        cmocka_unit_test(data_cut_off_at_any_byte_are_refused),
        cmocka_unit_test(floats_keep_their_digits),
        cmocka_unit_test(short_floats_keep_nine_digits),
        cmocka_unit_test(the_smallest_double_is_no_trouble),
        cmocka_unit_test(the_byte_that_begins_nothing_is_refused),
        cmocka_unit_test(bytes_behind_the_value_are_refused),
        cmocka_unit_test(a_container_as_key_is_refused),
        cmocka_unit_test(counts_that_lie_are_refused),
        cmocka_unit_test(nesting_beyond_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

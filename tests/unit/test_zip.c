/* test_zip.c - sums of RFC 1321, padding of extra fields by hand.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/md5.h"
#include "codec/zip_extra.h"
#include "expect.h"

/* RFC 1321, A.5, and sizes around a block of 64 bytes, by md5sum. */
static void md5_is_that_of_the_standard(void **state) {
    (void)state;
    static const struct {
        const char *text, *digits;
    } rows[] = {
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"a", "0cc175b9c0f1b6a831c399e269772661"},
        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
        {"1234567890123456789012345678901234567890123456789012345678901234567890123456789"
         "0",
         "57edf4a22be3c955ac49da2e2107b67a"},
        {"1234567890123456789012345678901234567890123456789012345", /* 55 */
         "c9ccf168914a1bcfc3229f1948e67da0"},
        {"12345678901234567890123456789012345678901234567890123456", /* 56 */
         "49f193adce178490e34d1b3a4ec0064c"},
        {"1234567890123456789012345678901234567890123456789012345678901234", /* 64 */
         "eb6c4179c0a7c82cc2828c1e6338e165"},
    };
    char digits[MD5_DIGITS + 1];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        md5_digits(str_of(rows[i].text), digits);
        assert_string_equal(digits, rows[i].digits);
    }
}

static str aligned(const char *extra, size_t size, uint64_t at, uint32_t alignment,
                   buf *out) {
    out->size = 0;
    zip_extra_align((str){extra, size}, at, alignment, out);
    return buf_str(out);
}

/* Bytes of zipalign's kind of padding; a field of time is kept, padding is not. */
static void padding_is_as_long_as_it_must_be(void **state) {
    (void)state;
    static const char time[] = {0x55, 0x54, 1, 0, 7};
    buf out = {0};
    /* there already: 35 + 5 = 40 */
    assert_int_equal(aligned(time, 5, 35, 4, &out).size, 5);
    /* 36 + 5 = 41; 3 are missing, a field has 6 at least: 7 */
    assert_int_equal(aligned(time, 5, 36, 4, &out).size, 5 + 7);
    static const char field[] = {0x35, (char)0xd9, 3, 0, 4, 0, 0};
    assert_memory_equal(out.at, time, 5);
    assert_memory_equal(out.at + 5, field, 7);
    /* its own field is made anew: 38 + 5 = 43, 1 is missing, so 9 */
    char both[12];
    memcpy(both, out.at, 12);
    assert_int_equal(aligned(both, 12, 38, 4, &out).size, 5 + 9);
    /* zeros of an old zipalign go: 38 + 5 = 43 */
    static const char zeros[] = {0x55, 0x54, 1, 0, 7, 0, 0};
    assert_int_equal(aligned(zeros, 7, 38, 4, &out).size, 5 + 9);
    /* nothing is missing without them: 35 + 5 = 40 */
    assert_int_equal(aligned(zeros, 7, 35, 4, &out).size, 5);
    /* a page: 100 to 16384 */
    assert_int_equal(aligned("", 0, 100, 16384, &out).size, 16284);
    /* what is not aligned stays as it is */
    assert_int_equal(aligned(zeros, 7, 38, 1, &out).size, 7);
    buf_clear(&out);
}

static void fields_are_left_out_by_number(void **state) {
    (void)state;
    static const char three[] = {1, 0, 2, 0, 9, 9, 0x55, 0x54, 1, 0, 7, 1, 0, 0, 0};
    static const char odd[] = {1, 0, 9, 0, 5};
    arena mem = {0};
    str left = zip_extra_without((str){three, sizeof three}, ZIP_EXTRA_ZIP64, &mem);
    assert_int_equal(left.size, 5);
    assert_memory_equal(left.at, three + 6, 5);
    /* what is no field stays */
    left = zip_extra_without((str){odd, sizeof odd}, ZIP_EXTRA_ZIP64, &mem);
    assert_int_equal(left.size, 5);
    arena_clear(&mem);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(md5_is_that_of_the_standard),
        cmocka_unit_test(padding_is_as_long_as_it_must_be),
        cmocka_unit_test(fields_are_left_out_by_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

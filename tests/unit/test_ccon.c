/* test_ccon.c - containers of binary documents.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/ccon.h"

#include <stdlib.h>

#include "expect.h"

static void put_u32(buf *out, uint32_t value) {
    for (int i = 0; i < 4; i++) {
        buf_add_byte(out, (char)(value >> (8 * i)));
    }
}

static void set_u32(buf *out, size_t at, uint32_t value) {
    for (size_t i = 0; i < 4; i++) {
        out->at[at + i] = (char)(value >> (8 * i));
    }
}

/* A CCONB with chunks of the sizes given, 0 ends the list. */
static buf make_ccon(uint32_t version, str document, const uint32_t *chunk_sizes) {
    buf out = {0};
    buf_add_text(&out, "CCON");
    put_u32(&out, version);
    put_u32(&out, 0);
    put_u32(&out, (uint32_t)document.size);
    buf_add(&out, document);
    for (; *chunk_sizes != 0; chunk_sizes++) {
        buf_fill(&out, '\0', (8 - out.size % 8) % 8);
        put_u32(&out, *chunk_sizes);
        buf_fill(&out, 'x', *chunk_sizes);
    }
    set_u32(&out, 8, (uint32_t)out.size);
    return out;
}

/* A BINP pack of two files. */
static buf make_binp(uint32_t version) {
    buf out = {0};
    buf_add_text(&out, "BINP");
    put_u32(&out, version);
    put_u32(&out, 2);
    for (uint32_t i = 0; i < 2; i++) {
        if (version == 2) {
            put_u32(&out, i * 8);
        }
        put_u32(&out, i == 0 ? 3 : 2);
    }
    buf_add_text(&out, version == 2 ? "abc.....de" : "abcde");
    return out;
}

static bytes bytes_of_buf(const buf *in) {
    return bytes_of(in->at, in->size);
}

static const uint32_t no_chunks[] = {0};
static const uint32_t some_chunks[] = {5, 8, 3, 0};
static const char verbose[] = "[{\"__type__\":\"cc.AnimationClip\"}]";

static void containers_are_known_by_their_magic(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is_ccon, is_binp;
    } rows[] = {{"CCON", true, false}, {"CCON....", true, false}, {"BINP", false, true},
                {"CCO", false, false}, {"", false, false},        {"[1,0", false, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        bytes file = bytes_of_str(str_of(rows[i].text));
        assert_int_equal(ccon_is_binary(file), rows[i].is_ccon);
        assert_int_equal(ccon_is_pack(file), rows[i].is_binp);
    }
}

static void version_1_lends_its_json(void **state) {
    (void)state;
    buf file = make_ccon(1, str_of(verbose), some_chunks);
    buf converted = {0};
    str document = {0};
    pa_error err = {0};
    ccon_document(bytes_of_buf(&file), &converted, &document, &err);
    expect_no_error(&err);
    expect_text(document, verbose);
    assert_ptr_equal(document.at, file.at + 16);
    buf_clear(&file);
}

static void version_2_is_converted(void **state) {
    (void)state;
    static const char packed[] = "\x91\x81\xa8__type__\xa4"
                                 "cc.A";
    buf file = make_ccon(2, (str){packed, sizeof packed - 1}, no_chunks);
    buf converted = {0};
    str document = {0};
    pa_error err = {0};
    ccon_document(bytes_of_buf(&file), &converted, &document, &err);
    expect_no_error(&err);
    expect_text(document, "[{\"__type__\":\"cc.A\"}]");
    buf_clear(&file);
    buf_clear(&converted);
}

static void a_second_conversion_replaces_the_first(void **state) {
    (void)state;
    buf file = make_ccon(2, str_of("\xa1x"), no_chunks);
    buf converted = {0};
    str document = {0};
    pa_error err = {0};
    ccon_document(bytes_of_buf(&file), &converted, &document, &err);
    ccon_document(bytes_of_buf(&file), &converted, &document, &err);
    expect_no_error(&err);
    expect_text(document, "\"x\"");
    buf_clear(&file);
    buf_clear(&converted);
}

static pa_error document_error(bytes file) {
    buf converted = {0};
    str document = {0};
    pa_error err = {0};
    ccon_document(file, &converted, &document, &err);
    buf_clear(&converted);
    return err;
}

static void a_file_cut_off_at_any_byte_is_refused(void **state) {
    (void)state;
    buf file = make_ccon(1, str_of(verbose), some_chunks);
    for (size_t size = 0; size < file.size; size++) {
        void *cut = exact_copy(file.at, size);
        pa_error err = document_error(bytes_of(cut, size));
        expect_error(&err, size < 8 ? err.status : PA_FORMAT, NULL);
        free(cut);
    }
    buf_clear(&file);
}

/* The same with a length that agrees, so that the chunks must tell. */
static void a_chunk_cut_off_at_any_byte_is_refused(void **state) {
    (void)state;
    static const uint32_t one_chunk[] = {11, 0};
    buf file = make_ccon(1, str_of("{}"), one_chunk);
    size_t document_end = 16 + 2;
    for (size_t size = document_end + 1; size < file.size; size++) {
        set_u32(&file, 8, (uint32_t)size);
        void *cut = exact_copy(file.at, size);
        pa_error err = document_error(bytes_of(cut, size));
        expect_error(&err, PA_FORMAT, NULL);
        assert_non_null(strstr(err.text, "a chunk of the CCON file is cut off"));
        free(cut);
    }
    buf_clear(&file);
}

static void chunks_begin_at_multiples_of_eight(void **state) {
    (void)state;
    for (size_t size = 0; size < 17; size++) {
        static const uint32_t two[] = {1, 9, 0};
        buf file = make_ccon(1, str_part(str_of("                 "), 0, size), two);
        pa_error err = document_error(bytes_of_buf(&file));
        expect_no_error(&err);
        buf_clear(&file);
    }
}

static void a_length_that_disagrees_is_refused(void **state) {
    (void)state;
    buf file = make_ccon(1, str_of("{}"), no_chunks);
    set_u32(&file, 8, 99);
    pa_error err = document_error(bytes_of_buf(&file));
    expect_error(&err, PA_FORMAT,
                 "byte 8: the CCON file should have 99 bytes and has 18");
    buf_clear(&file);
}

static void a_version_to_come_is_not_supported(void **state) {
    (void)state;
    buf file = make_ccon(3, str_of("{}"), no_chunks);
    pa_error err = document_error(bytes_of_buf(&file));
    expect_error(&err, PA_UNSUPPORTED, "byte 4: CCON version 3, expected 1 or 2");
    buf_clear(&file);
}

static void a_document_longer_than_the_file_is_refused(void **state) {
    (void)state;
    buf file = make_ccon(1, str_of("{}"), no_chunks);
    set_u32(&file, 12, UINT32_MAX);
    pa_error err = document_error(bytes_of_buf(&file));
    expect_error(&err, PA_FORMAT, "the CCON file is cut off: it has 18 bytes");
    buf_clear(&file);
}

/* ---- packs
 * ------------------------------------------------------------------------------ */

static void a_pack_of_either_version_is_split(void **state) {
    (void)state;
    for (uint32_t version = 1; version <= 2; version++) {
        buf file = make_binp(version);
        arena mem = {0};
        bytes *parts = NULL;
        uint32_t count = 0;
        pa_error err = {0};
        ccon_split_pack(bytes_of_buf(&file), &mem, &parts, &count, &err);
        expect_no_error(&err);
        assert_int_equal(count, 2);
        expect_text(str_of_bytes(parts[0]), "abc");
        expect_text(str_of_bytes(parts[1]), "de");
        arena_clear(&mem);
        buf_clear(&file);
    }
}

static pa_error split_error(bytes file) {
    arena mem = {0};
    bytes *parts = NULL;
    uint32_t count = 0;
    pa_error err = {0};
    ccon_split_pack(file, &mem, &parts, &count, &err);
    arena_clear(&mem);
    return err;
}

static void a_pack_cut_off_at_any_byte_is_refused(void **state) {
    (void)state;
    for (uint32_t version = 1; version <= 2; version++) {
        buf file = make_binp(version);
        for (size_t size = 0; size < file.size; size++) {
            void *cut = exact_copy(file.at, size);
            pa_error err = split_error(bytes_of(cut, size));
            expect_error(&err, size < 8 ? err.status : PA_FORMAT, NULL);
            free(cut);
        }
        buf_clear(&file);
    }
}

static void a_pack_that_claims_too_many_files_is_refused(void **state) {
    (void)state;
    buf file = make_binp(2);
    set_u32(&file, 8, UINT32_MAX);
    pa_error err = split_error(bytes_of_buf(&file));
    expect_error(&err, PA_FORMAT, "the BINP pack is cut off: it has 38 bytes");
    buf_clear(&file);
}

static void files_of_a_pack_that_overlap_are_refused(void **state) {
    (void)state;
    buf file = make_binp(2);
    set_u32(&file, 16, 10);
    set_u32(&file, 20, 0);
    set_u32(&file, 24, 10);
    pa_error err = split_error(bytes_of_buf(&file));
    expect_error(&err, PA_FORMAT, "the files of the BINP pack overlap, file 1 first");
    buf_clear(&file);
}

static void a_file_outside_of_its_pack_is_refused(void **state) {
    (void)state;
    buf file = make_binp(2);
    set_u32(&file, 12, 11);
    pa_error err = split_error(bytes_of_buf(&file));
    expect_error(&err, PA_FORMAT, "file 0 of the BINP pack lies outside of it");
    buf_clear(&file);
}

static void a_pack_of_a_version_to_come_is_not_supported(void **state) {
    (void)state;
    buf file = make_binp(2);
    set_u32(&file, 4, 3);
    pa_error err = split_error(bytes_of_buf(&file));
    expect_error(&err, PA_UNSUPPORTED, "byte 4: BINP version 3, expected 1 or 2");
    buf_clear(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_are_known_by_their_magic),
        cmocka_unit_test(version_1_lends_its_json),
        cmocka_unit_test(version_2_is_converted),
        cmocka_unit_test(a_second_conversion_replaces_the_first),
        cmocka_unit_test(a_file_cut_off_at_any_byte_is_refused),
        cmocka_unit_test(a_chunk_cut_off_at_any_byte_is_refused),
        cmocka_unit_test(chunks_begin_at_multiples_of_eight),
        cmocka_unit_test(a_length_that_disagrees_is_refused),
        cmocka_unit_test(a_version_to_come_is_not_supported),
        cmocka_unit_test(a_document_longer_than_the_file_is_refused),
        cmocka_unit_test(a_pack_of_either_version_is_split),
        cmocka_unit_test(a_pack_cut_off_at_any_byte_is_refused),
        cmocka_unit_test(a_pack_that_claims_too_many_files_is_refused),
        cmocka_unit_test(files_of_a_pack_that_overlap_are_refused),
        cmocka_unit_test(a_file_outside_of_its_pack_is_refused),
        cmocka_unit_test(a_pack_of_a_version_to_come_is_not_supported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

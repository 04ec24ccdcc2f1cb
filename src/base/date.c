/* date.c - calendar days.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include <stdio.h>

static bool is_leap(uint64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint64_t days_of_month(uint64_t year, uint64_t month) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1U : 0U);
}

static uint64_t days_of_year(uint64_t year) {
    return is_leap(year) ? 366 : 365;
}

bool date_to_days(str text, int32_t *out) {
    uint64_t year = 0;
    uint64_t month = 0;
    uint64_t day = 0;
    if (text.size != 10 || text.at[4] != '-' || text.at[7] != '-' ||
        !str_to_u64(str_part(text, 0, 4), 9999, &year) ||
        !str_to_u64(str_part(text, 5, 7), 12, &month) ||
        !str_to_u64(str_part(text, 8, 10), 31, &day) || year < 1970 || month == 0 ||
        day == 0 || day > days_of_month(year, month)) {
        return false;
    }
    uint64_t days = day - 1;
    for (uint64_t m = 1; m < month; m++) {
        days += days_of_month(year, m);
    }
    for (uint64_t y = 1970; y < year; y++) {
        days += days_of_year(y);
    }
    *out = (int32_t)days;
    return true;
}

void date_of_days(int32_t days, char out[11]) {
    uint64_t left = days < 0 ? 0 : (uint64_t)days;
    unsigned year = 1970;
    unsigned month = 1;
    while (left >= days_of_year(year) && year < 9999) {
        left -= days_of_year(year++);
    }
    while (month < 12 && left >= days_of_month(year, month)) {
        left -= days_of_month(year, month++);
    }
    snprintf(out, 11, "%04u-%02u-%02u", year % 10000, month % 100,
             (unsigned)(left % 31) + 1);
}

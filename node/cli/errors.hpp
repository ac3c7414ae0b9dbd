/// The error catalogue: everything that can go wrong, as told to the person at the keyboard.
///
/// A village clerk must be able to act on every entry, so each has three sentences: what happened,
/// what that means for the recorded data, and what to do next, with a command line to type. Codes
/// and exit codes are a contract with scripts: they are added to, never renumbered.
///
/// Commands throw Failure; the program prints it once, as text or as JSON, and exits with its exit
/// code. Nothing here is ever filled with personal data: a Failure carries names of fields and
/// options, row numbers, paths and addresses, never the value that was refused.
#pragma once

#include "node/cli/lang.hpp"
#include "schema/workflow_guards.hpp"

#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jiuying::node {

/// The whole exit-code table of both programs.
namespace exit_code {
inline constexpr int ok = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;
inline constexpr int partial = 3;  ///< Good rows were imported, bad ones refused.
inline constexpr int not_enrolled = 10;
inline constexpr int busy = 11;
inline constexpr int wrong_key = 12;
inline constexpr int hub_unreachable = 13;  ///< The data is safe and waits for the link.
inline constexpr int integrity = 14;
inline constexpr int conflicts_wait = 15;  ///< From `status --check` only.
inline constexpr int interrupted = 130;
}  // namespace exit_code

/// What went wrong. The number is the code people see: 203 is `JY-0203`. A code that no program
/// gives is not here; its number (301, 410, 603, 604, 704, 807) is not given to another.
enum class Error : std::uint16_t {
    // The command line.
    unknown_command = 101,
    unknown_option = 102,
    missing_option = 103,
    bad_value = 104,
    unknown_field_name = 105,
    missing_file = 106,
    options_exclude = 107,
    bad_json_input = 108,
    unknown_error_code = 109,
    passphrase_missing = 110,
    cannot_write_file = 111,
    // The data folder and its key.
    folder_missing = 201,
    folder_exists = 202,
    wrong_passphrase = 203,
    keyring_damaged = 204,
    weak_passphrase = 205,
    key_file_bad = 206,
    serve_running = 207,
    disk_full = 208,
    disk_failing = 209,
    no_permission = 210,
    newer_version = 211,
    not_a_node_folder = 212,
    wrong_role = 213,
    database_busy = 214,
    folder_not_empty = 215,
    // The encrypted database and what opens it.
    database_not_ours = 220,
    database_in_clear = 221,
    log_damaged = 222,
    service_in_the_way = 223,
    last_slot = 224,
    no_such_slot = 225,
    slots_full = 226,
    recovery_key_bad = 227,
    recovery_does_not_open = 228,
    no_recovery_slot = 229,
    shares_too_few = 230,
    shares_do_not_fit = 231,
    // Enrolment at the hub.
    invitation_used = 302,
    invitation_other_hub = 303,
    invitation_other_district = 304,
    invitation_damaged = 305,
    invitation_expired = 306,
    hub_key_mismatch = 307,
    unknown_node = 308,
    unknown_station = 309,
    node_revoked = 310,
    node_retired = 311,
    certificate_bad = 312,
    certificate_other_hub = 313,
    certificate_old = 314,
    root_key_bad = 315,
    root_does_not_open = 316,
    unknown_machine = 317,
    machine_ambiguous = 318,
    standing_not_forward = 319,
    no_such_late = 320,
    late_unreadable = 321,
    late_decided = 322,
    late_does_not_fit = 323,
    carried_of_revoked = 324,
    erasure_too_early = 325,
    personal_data_erased = 326,
    // Records.
    record_not_found = 401,
    record_ambiguous = 402,
    value_too_long = 403,
    title_and_text_empty = 404,
    not_utf8 = 405,
    unknown_region = 406,
    unknown_type = 407,
    bad_date = 408,
    write_not_allowed = 409,
    unknown_staff = 411,
    bad_credit_code = 412,
    unknown_unit = 413,
    event_not_allowed = 414,
    record_too_large = 415,
    value_out_of_bounds = 416,
    unknown_post = 417,
    // Channels, numbers of channels, repeats.
    unknown_channel = 430,
    ext_no_taken = 431,
    query_no_match = 432,
    too_many_attempts = 433,
    region_not_leaf = 434,
    bad_industry_code = 435,
    different_persons = 436,
    unknown_category = 437,
    no_such_pair = 438,
    acts_refused = 440,
    // Enterprises, meetings, lists.
    no_such_firm = 460,
    firm_ambiguous = 461,
    firm_already_merged = 462,
    meeting_open = 463,
    meeting_closed = 464,
    list_open = 465,
    list_closed = 466,
    no_owner = 467,
    case_step = 468,
    no_such_record = 469,
    region_retired = 470,
    no_such_meeting = 471,
    // Rules and lists of the district.
    unknown_reason = 450,
    off_catalogue = 451,
    unknown_setting = 452,
    edition_exists = 453,
    // Conflicts.
    conflict_changed = 501,
    no_such_conflict = 502,
    take_out_of_range = 503,
    conflicts_wait = 504,
    // Bundles: what travels by stick.
    bundle_not_one = 510,
    bundle_damaged = 511,
    bundle_newer = 512,
    bundle_other_district = 513,
    bundle_not_for_us = 514,
    carried_full = 515,
    bundle_not_authentic = 516,
    bundle_incomplete = 517,
    stick_full = 518,
    file_exists = 519,
    not_a_plain_file = 520,
    stick_gone = 521,
    station_not_joined = 522,
    read_back_differs = 523,
    no_such_carried = 524,
    bundle_own = 525,
    stick_busy = 526,
    no_bundles_found = 527,
    // Snapshots.
    snapshot_too_large = 530,
    copy_inside_data = 531,
    copy_not_confirmed = 532,
    // Exchange with the hub.
    hub_unreachable = 601,
    connection_lost = 602,
    protocol_version = 605,
    peer_sent_damaged = 606,
    sync_timeout = 607,
    port_in_use = 608,
    bad_address = 609,
    hub_address_missing = 610,
    hub_busy = 611,
    local_service_lost = 612,
    // Integrity.
    database_damaged = 701,
    chain_broken = 702,
    table_differs = 703,
    fork_found = 705,
    hub_rolled_back = 706,
    // Import of files.
    import_encoding = 801,
    import_no_header = 802,
    import_unknown_column = 803,
    import_not_csv = 804,
    import_gzip_damaged = 805,
    import_rows_refused = 806,
    bad_calendar_file = 808,
    bad_workbook = 820,
    bad_json_rows = 821,
    bad_mapping = 822,
    unknown_mapping = 823,
    import_too_large = 824,
    no_such_sheet = 825,
    bad_policy_file = 830,
    // The program itself.
    unexpected = 901,
    interrupted = 902,
    out_of_memory = 903,
    // The audit log, backups, the doctor.
    audit_not_written = 1001,
    audit_broken = 1002,
    backup_not_one = 1003,
    backup_damaged = 1004,
    backup_not_authentic = 1005,
    backup_outdated = 1006,
    backup_not_confirmed = 1007,
    doctor_found = 1008,
    backup_inside_data = 1009,
    // The page.
    not_signed_in = 1101,
    wrong_login = 1102,
    login_locked = 1103,
    not_allowed = 1104,
    not_from_page = 1105,
    setup_code_bad = 1106,
    weak_password = 1107,
    no_such_page = 1108,
    too_many_logins = 1109,
    unknown_user = 1110,
    bad_roles = 1111,
    users_full = 1112,
    draft_too_large = 1113,
    record_changed = 1114,
    page_not_local = 1115,
    page_needs_certificate = 1116,
    page_certificate_bad = 1117,
    page_certificate_nameless = 1118,
    page_certificate_over = 1119,
    upload_gone = 1120,
    work_under_way = 1121,
};

/// One text in both languages.
struct Wording {
    std::string_view zh;
    std::string_view en;

    [[nodiscard]] constexpr std::string_view in(Lang lang) const { return pick(lang, zh, en); }
};

/// One row of the catalogue. `{program}` in a text stands for `jiuying` or `jiuying-hub`.
struct ErrorEntry {
    Error error;
    std::string_view code;  ///< `JY-0101`
    int exit_code;
    bool data_safe;  ///< False where recorded data may be damaged or out of reach.
    Wording what;    ///< What happened.
    Wording data;    ///< What that means for the recorded data.
    Wording next;    ///< What to do, with a command line.
};

/// All entries, by ascending code.
[[nodiscard]] std::span<const ErrorEntry> error_catalogue();

/// The entry of \p error; there always is one.
[[nodiscard]] const ErrorEntry& entry_of(Error error);

/// The entry that a person named, as `JY-0101`, `jy-0101` or `0101`; null when there is none.
[[nodiscard]] const ErrorEntry* find_error(std::string_view code);

/// The page that `explain CODE` prints: code, three sentences, exit code.
[[nodiscard]] std::string explain(const ErrorEntry& entry, Lang lang,
                                  std::string_view program = "jiuying");

/// The same page as one JSON document: {"code","exit_code","data_safe","what","data","next"}.
[[nodiscard]] std::string explain_json(const ErrorEntry& entry, Lang lang,
                                       std::string_view program = "jiuying");

/// What a Failure is about. Never a recorded value.
enum class Detail : std::uint8_t {
    command,
    option,
    field,
    row,
    path,
    address,
    id,       ///< A record's, conflict's or station's printed number.
    limit,    ///< The bound that was exceeded, with its unit.
    reason,   ///< A technical reason in a few words, such as the system's error text.
    guard,    ///< Which guard of the life cycle refused, by its stable name.
    choices,  ///< The codes or names that would have been right.
    unit,     ///< Code of the unit that is meant instead.
    last_of_list = unit
};

/// The words of the guard of that name; null for none.
[[nodiscard]] const schema::GuardText* guard_named(std::string_view name);

/// Thrown by a command that cannot go on. Thread-safe to copy and pass on, like a value.
class Failure : public std::exception {
public:
    explicit Failure(Error error) : error_(error) {}
    Failure(Error error, Detail kind, std::string value) : error_(error) {
        with(kind, std::move(value));
    }

    /// Adds one detail; returns itself so that `throw Failure{e}.with(...)` reads well.
    Failure& with(Detail kind, std::string value) {
        details_.emplace_back(kind, std::move(value));
        return *this;
    }

    [[nodiscard]] Error error() const { return error_; }
    [[nodiscard]] std::string_view code() const;
    [[nodiscard]] int exit_code() const;
    [[nodiscard]] bool data_safe() const;
    [[nodiscard]] const std::vector<std::pair<Detail, std::string>>& details() const {
        return details_;
    }

    /// The three sentences on lines of their own, for stderr. Ends with a line break.
    [[nodiscard]] std::string text(Lang lang, std::string_view program = "jiuying") const;

    /// {"error":{"code","message","data_safe","next"}} and, where there are any, "details":
    /// an object from kind to text, several of one kind joined by ", ".
    [[nodiscard]] std::string json(Lang lang, std::string_view program = "jiuying") const;

    /// The code only: whoever logs an exception logs no data.
    [[nodiscard]] const char* what() const noexcept override;

private:
    // What happened and what next; where a guard of the life cycle refused, in its words.
    [[nodiscard]] std::string what_in(Lang lang) const;
    [[nodiscard]] std::string next_in(Lang lang) const;
    [[nodiscard]] const schema::GuardText* refusing_guard() const;

    Error error_;
    std::vector<std::pair<Detail, std::string>> details_;
};

}  // namespace jiuying::node

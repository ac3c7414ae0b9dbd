/// Every command as a function; node/commands/command.cpp has the table of their names.
///
/// The arguments of each stand here; answers have the shapes of the command-line contract
/// (docs/reference/answers.md).
#pragma once

#include "node/commands/command.hpp"

namespace jiuying::node::commands {

using Handler = json::object(CommandContext& context, const json::object& args);

/// values: {field: value}; beside the fields of an appeal: meeting (id), enterprise (name), uscc,
/// enterprise_class.
Handler appeal_add;
/// items: an array of such objects. All are saved, or none.
Handler appeal_add_many;
/// rows: [{row, values}], defaults: {field: text}, dry_run, details (tell each row's number and
/// query code), known_max (name so many of the orders that skipped rows lead to), preview (in a dry
/// run: show so many rows as they would be recorded). One durable commit.
Handler appeal_import_rows;
/// id, channel, ext_no, level, received_at.
Handler appeal_refer;
/// state, search, meeting, unit, due (open and due before), channel, category (and all below it),
/// queue, limit, offset.
Handler appeal_list;
/// id, history (default true).
Handler appeal_show;
/// id, set: {field: text or value}.
Handler appeal_edit;
/// id, text, happened_at.
Handler appeal_note;
/// id, kind (of an event), and its facts by the names of their fields; happened_at; target may be
/// the number of an appeal. Failure event_not_allowed with the guard that refused.
Handler order_act;
/// rows: [{row, act}], each act as the arguments of order_act. One durable commit; a row that is
/// refused is listed and hinders no other.
Handler order_act_many;
Handler order_deadline;   ///< id, as_of
Handler subject_release;  ///< id

Handler scan;          ///< as_of, bucket, limit (hits listed of each bucket)
Handler scan_gate;     ///< date, limit
Handler scan_backlog;  ///< as_of
// Reports: as_of, and of those registered in a period: from, to (a day is inside).
Handler report_ledger;  ///< as_of
/// version (a day: regions as of then); by: type, category, region, channel, station, state ...
Handler report_totals;
Handler report_onsite;        ///< Closed on the spot, of those registered.
Handler report_first_action;  ///< limit (alerts listed)
/// The fields of a meeting that people fill in.
Handler meeting_add;
Handler meeting_edit;  ///< id, set: {field: text}
Handler meeting_list;  ///< limit
Handler meeting_show;  ///< id, limit
/// id, rows: [{row, values}] as of appeals. Each is saved by itself; bad ones hinder no other.
Handler meeting_note;
Handler meeting_close;  ///< id, undo

Handler enterprise_list;        ///< limit, search
Handler enterprise_add;         ///< values: {field: value}
Handler enterprise_edit;        ///< id, set: {field: text}
Handler enterprise_show;        ///< id (UUID, credit code or name), limit
Handler enterprise_contact;     ///< id, text, method, contact, happened_at
Handler enterprise_merge;       ///< id, into, undo, dry_run (hub)
Handler enterprise_duplicates;  ///< limit

Handler watch_list;          ///< limit, owner, all (those that left it, too)
Handler rule_run;            ///< (hub)
Handler report_watch;        ///< from, to
Handler report_human;        ///< Human visits of enterprise orders: as_of, from, to, limit
Handler report_recheck;      ///< seed, percent, from, to
Handler report_supervision;  ///< The periodic notice by matter: as_of, from, to, limit (hub)

Handler case_add;       ///< title, cause, lead, target, orders, enterprise (hub)
Handler case_list;      ///< limit (hub)
Handler case_show;      ///< id (hub)
Handler case_progress;  ///< id, text, happened_at (hub)
Handler case_link;      ///< id, order (hub)
Handler case_propose;   ///< id, evidence (hub)
Handler case_strike;    ///< id: approves the strike-off (hub)

Handler worklist_add;    ///< title, owner, due, items
Handler worklist_list;   ///< limit
Handler worklist_show;   ///< id
Handler worklist_item;   ///< id, add, remove
Handler worklist_owner;  ///< id, owner
Handler worklist_close;  ///< id

Handler region_merge;  ///< codes: several by commas, into, date (hub)

/// entity, rows: [{row, values}]: inserted or updated by code.
Handler reference_import_rows;
Handler reference_list;  ///< entity, limit
Handler station_list;

/// notice: the text of a year's notice of days off (JSON).
Handler calendar_load;
Handler calendar_list;
Handler calendar_show;  ///< year
/// document: {"code","name","valid_from","rules"}.
Handler policy_load;
Handler policy_list;
Handler policy_show;  ///< code (default: the one in force)
Handler setting_set;  ///< name, value
Handler setting_list;
Handler reason_add;     ///< use, code, name
Handler reason_retire;  ///< use, code, at
Handler reason_list;    ///< use
/// staff, from, to, post, unit.
Handler duty_add;
Handler duty_list;     ///< from, to
Handler alarm_list;    ///< What a person must look into, the unsettled first.
Handler alarm_settle;  ///< id, reason
Handler roster_show;
Handler roster_retire;    ///< machine, reason (hub)
Handler roster_revoke;    ///< machine, reason (hub)
Handler roster_request;   ///< What the root key's keeper signs (hub).
Handler roster_certify;   ///< certificate: the text of its file (hub)
Handler erasure_request;  ///< (hub)
Handler erasure_list;
Handler checkpoint_make;  ///< (hub)
Handler checkpoint_list;
Handler quarantine_list;   ///< (hub)
Handler quarantine_show;   ///< id (hub)
Handler quarantine_take;   ///< id, reason (hub)
Handler quarantine_leave;  ///< id, reason (hub)
Handler duty_now;          ///< at
Handler category_count;    ///< How many appeals each category has, with all below it.

/// code, last4: how the appeal stands, for the person. Failure query_no_match whatever of it is
/// wrong, too_many_attempts.
Handler query_progress;

/// kind, limit, decided (those that people decided on, instead of suggestions).
Handler repeat_list;
/// pair ("NUMBER/NUMBER"), decision (confirmed, refused, undone), kind, merge (hub).
Handler repeat_decide;

/// mapping: the document of node/import/mapping.hpp (hub).
Handler mapping_save;
Handler mapping_list;
Handler mapping_show;    ///< name
Handler mapping_retire;  ///< name (hub)

Handler channel_list;
Handler channel_add;  ///< code, name, level (hub)

Handler conflict_list;
Handler conflict_show;  ///< id
/// id, and take (from 1) or value; of an event: ruling, reason, detail.
Handler conflict_resolve;

// The audit log. docs/reference/audit-log.md.
/// actor, action, since, until, station, limit.
Handler audit_list;
Handler audit_verify;
/// action, target, result (done, refused, failed), detail: of what a program does that is no
/// command here, such as changing the keyring.
Handler audit_note;

// A backup, in three steps. docs/reference/backup-format.md.
Handler backup_begin;  ///< out: checks that it can be made there; the row of the audit log.
Handler backup_write;  ///< out, id: writes it, reads it back, gives it its name.
Handler backup_made;   ///< out: it counts.
Handler doctor_look;   ///< What only the node itself can tell of how it is.
Handler doctor_check;  ///< Replica::look_over.

Handler status;
Handler digest;  ///< station (hub only)
Handler verify;
Handler sync_now;  ///< hub (HOST:PORT)
Handler sync_status;
Handler invite;          ///< station, name, region, hub, expires_days
Handler snapshot_write;  ///< station, to: a folder (hub)
Handler snapshot_list;   ///< (hub)
Handler prune;           ///< dry_run (station)
// Bundles, piece by piece: bytes are base64, ids hex. docs/reference/bundle-format.md.
/// station (hub), all. What a bundle for each machine says and where its lanes begin.
Handler bundle_begin;
/// node, lane, after, bytes (whether to give them): segments that follow.
Handler bundle_fetch;
/// node, id, part, parts, hello, receipt, previous, wraps, logs, items. Head, manifest, key.
Handler bundle_seal;
Handler bundle_made;  ///< node, id
/// head, manifest: verifies, admits, takes what stands beside the segments. Answers the items.
Handler bundle_open;
Handler bundle_take;     ///< head, manifest, items: [{index, bytes}]
Handler bundle_close;    ///< head, manifest
Handler bundle_missing;  ///< missing: what former answers said is; which of it still is.
/// For others. bundle.carry: head, size, offset, bytes, last; carried_read: file, offset, size.
Handler bundle_carry;
Handler bundle_carried;  ///< drop: an id, or "all"
Handler bundle_carried_read;
Handler rejoin;  ///< invitation: the document of the file
// Who may sign in at the page; node/replica/accounts.hpp.
Handler user_list;
Handler user_invite;   ///< user, name, roles: answers a setup code, shown this once.
Handler user_remove;   ///< user
Handler user_unlock;   ///< user
Handler index_search;  ///< Indexes what waits for it. Answers {"more":bool}.

}  // namespace jiuying::node::commands

/// The fields of what trust stands on: who may join, what was sealed, what was done, what was
/// erased. Part of schema/entities.cpp.
#pragma once

#include "schema/entity_choices.hpp"

namespace jiuying::schema::tables {

/// Who may take part: signed entries on machines, and on the hub; sync/trust/roster.hpp.
inline constexpr std::array roster_fields{
    Field{1, "code", text, M::owner, W::hub, P::open, 32, {}, "代码", "code", {}, true},
    Field{2, "version", number, M::owner, W::hub, P::open, 0, {}, "版本", "version"},
    Field{3, "content", bytes, M::owner, W::hub, P::open, 65'536, {}, "内容", "content"},
};
/// How far every log at the hub was, and the hash of its chain there; signed.
inline constexpr std::array checkpoint_fields{
    Field{1, "number", number, M::append, W::hub, P::open, 0, {}, "序号", "number", {}, true},
    Field{2, "content", bytes, M::append, W::hub, P::open, 65'536, {}, "内容", "content"},
};
/// That a record's personal data and texts are gone, wherever it is or comes to.
inline constexpr std::array erasure_fields{
    Field{1, "target", record, M::append, W::hub, P::open, 16, {}, "记录", "record", {}, true},
    Field{2, "asked_at", time, M::append, W::hub, P::open, 0, {}, "申请时间", "asked at"},
    Field{3, "actor", text, M::append, W::hub, P::open, 32, {}, "经办人", "actor"},
    Field{4, "reason", text, M::append, W::hub, P::open, 400, {}, "依据", "ground"},
};
/// That a machine has carried out an erasure.
inline constexpr std::array erasure_done_fields{
    Field{1, "erasure", record, M::append, W::any, P::open, 16, {}, "删除", "erasure", {}, true},
    Field{2, "at", time, M::append, W::any, P::open, 0, {}, "完成时间", "done at"},
};
/// A row of a node's audit log: `chain` is the hash over the row and the one before.
inline constexpr std::array audit_fields{
    Field{1, "number", number, M::append, W::any, P::open, 0, {}, "序号", "number"},
    Field{2, "at", time, M::append, W::any, P::open, 0, {}, "时间", "time", {}, true},
    Field{3, "actor", text, M::append, W::any, P::open, 32, {}, "操作人", "actor"},
    Field{4, "action", text, M::append, W::any, P::open, 64, {}, "操作", "action"},
    Field{5, "target", text, M::append, W::any, P::open, 80, {}, "对象", "target"},
    Field{6, "result", choice, M::append, W::any, P::open, 0, audit_results, "结果", "result"},
    Field{7, "detail", text, M::append, W::any, P::content, 400, {}, "说明", "detail"},
    Field{8, "chain", bytes, M::append, W::any, P::open, 32, {}, "链值", "chain"},
};

}  // namespace jiuying::schema::tables

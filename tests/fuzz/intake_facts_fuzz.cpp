/// Fuzzes the reader of the facts that an event brings: any bytes are read, and what was read is
/// written and read the same again.
///
/// Input: the text of the field `intake`.
#include "schema/assert.hpp"
#include "schema/workflow_event.hpp"

using namespace jiuying;
using namespace jiuying::schema;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(bytes), size};
    const IntakeFacts facts = read_intake_facts(text);
    JY_ASSERT(read_intake_facts(text_of(facts)) == facts);
    WorkOrderEvent event;
    if (!read_field(event, work_order_event::intake, Value{text})) return 0;
    JY_ASSERT(text.empty() || event.intake == facts);
    // What stands in a field may be written again, or is out of bounds, and no more.
    (void)fields_of(event);
    return 0;
}

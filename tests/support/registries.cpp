#include "tests/support/registries.hpp"

#include <algorithm>
#include <list>
#include <vector>

namespace jiuying::tests {
namespace {

using schema::Entity;
using schema::EntityId;
using schema::Field;
using schema::Kind;
using schema::Merge;

/// Entities whose fields may be others than the registry's.
class Variant {
public:
    Variant() : entities_(schema::registry().begin(), schema::registry().end()) {}

    void remove(EntityId id) {
        std::erase_if(entities_, [&](const Entity& entity) { return entity.id == id; });
    }
    void remove(EntityId id, schema::FieldId field) {
        std::erase_if(fields_of(id), [&](const Field& one) { return one.id == field; });
        renew(id);
    }
    void add(EntityId id, Field field) {
        std::vector<Field>& fields = fields_of(id);
        fields.push_back(field);
        std::ranges::sort(fields, {}, &Field::id);
        renew(id);
    }
    void add(Entity entity) {
        entities_.push_back(entity);
        std::ranges::sort(entities_, {}, &Entity::id);
    }
    [[nodiscard]] schema::Registry registry() const { return entities_; }

private:
    [[nodiscard]] Entity& entity(EntityId id) {
        return *std::ranges::find(entities_, id, &Entity::id);
    }
    std::vector<Field>& fields_of(EntityId id) {
        for (auto& [of, fields] : fields_) {
            if (of == id) return fields;
        }
        const Entity& now = entity(id);
        return fields_.emplace_back(id, std::vector<Field>(now.fields.begin(), now.fields.end()))
            .second;
    }
    void renew(EntityId id) { entity(id).fields = fields_of(id); }

    std::vector<Entity> entities_;
    std::list<std::pair<EntityId, std::vector<Field>>> fields_;
};

Field field(schema::FieldId id, std::string_view name, Kind kind, Merge merge,
            std::uint32_t max = 100) {
    Field made;
    made.id = id;
    made.name = name;
    made.kind = kind;
    made.merge = merge;
    made.max = max;
    made.zh = made.en = name;
    return made;
}

}  // namespace

schema::Registry registry_before() {
    static const Variant variant = [] {
        Variant made;
        made.remove(EntityId::appeal, added_in_this);
        made.remove(EntityId::enterprise);
        return made;
    }();
    return variant.registry();
}

schema::Registry registry_after() {
    using namespace next_version;
    static const std::vector<Field> inspected{
        field(inspection_place, "place", Kind::text, Merge::last),
        field(inspection_found, "found", Kind::text, Merge::ask)};
    static const Variant variant = [] {
        Variant made;
        Field indexed = field(weather, "weather", Kind::text, Merge::last);
        indexed.indexed = true;
        made.add(EntityId::appeal, indexed);
        made.add(EntityId::appeal, field(labels, "labels", Kind::set, Merge::set));
        made.add(EntityId::appeal, field(severity, "severity", Kind::number, Merge::largest));
        made.remove(EntityId::appeal, retired);
        Entity entity;
        entity.id = inspection;
        entity.name = "inspection";
        entity.home = schema::Home::scope;
        entity.fields = inspected;
        entity.zh = "检查";
        entity.en = "inspection";
        made.add(entity);
        return made;
    }();
    return variant.registry();
}

}  // namespace jiuying::tests

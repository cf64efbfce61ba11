#pragma once

#include "contracts/operation.hpp"
#include "services/binding/commands.hpp"

namespace services::binding {

/// Whether a call is one of those that are written down: staff's, that change something.
bool is_audited(const contracts::OperationRow& row, const Call& call);

/// Writes a row of audit_log in the commit of the change, so that neither is there without the
/// other.
awaitable<void> write_down(Work& work, const contracts::OperationRow& row, const Call& call);

}  // namespace services::binding

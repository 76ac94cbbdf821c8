"""How graphql-core executes an operation, but for what it forgets, and for how long an event may take."""

from typing import Any

from graphql.execution import Executor
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from context import Context


class Execution(StrawberryGraphQLCoreExecutionContext):
    """graphql-core 3.3.2 keeps what it needed for each event until the subscription ends: 40 kB."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Within the deadline, if this is for an event; how long others may take, their transport says."""
        result = super().execute_operation(serially)
        context: Context = self.context_value
        if context.live and self.is_awaitable(result):
            return context.live.in_time(result, context)
        return result

    def build_per_event_executor(self, payload: Any) -> Executor[Any]:
        """One for a single event, with a memory of its own."""
        executor = super().build_per_event_executor(payload)
        executor._relevant_sub_fields = {}
        return executor

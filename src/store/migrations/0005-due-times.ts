/** What falls due next is looked for by its time. */
export const dueTimesSchema = `
CREATE INDEX async_operations_by_due ON async_operations (due_at);
CREATE INDEX route_settings_by_effect ON route_settings (effective_at);
`

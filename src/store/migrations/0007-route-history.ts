/**
 * Of routes and policies only those are kept that are in effect or under way: in the order of submission they then take effect one after the
 * other, and which one is in effect is found by its time. Rows that a later one hides for ever go.
 */
export const routeHistorySchema = `
DELETE FROM route_settings WHERE EXISTS (
  SELECT 1 FROM route_settings later WHERE later.mrap_id = route_settings.mrap_id AND later.region = route_settings.region
    AND later.id > route_settings.id AND later.effective_at <= route_settings.effective_at
);
DELETE FROM mrap_policies WHERE EXISTS (
  SELECT 1 FROM mrap_policies later WHERE later.mrap_id = mrap_policies.mrap_id
    AND later.id > mrap_policies.id AND later.established_at <= mrap_policies.established_at
);
DROP INDEX route_settings_by_mrap;
DROP INDEX mrap_policies_by_mrap;
CREATE UNIQUE INDEX route_settings_by_region ON route_settings (mrap_id, region, effective_at);
CREATE UNIQUE INDEX mrap_policies_by_time ON mrap_policies (mrap_id, established_at);
`

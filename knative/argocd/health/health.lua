-- The health of a Knative object, for Argo CD: its condition Ready, once the
-- controller has seen the newest spec.
local status = obj.status or {}
if status.observedGeneration ~= nil and status.observedGeneration < obj.metadata.generation then
  return {status = "Progressing", message = "generation " .. obj.metadata.generation .. " is not observed yet"}
end
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Ready" then
    local health = {True = "Healthy", False = "Degraded"}
    local message = condition.message or condition.reason or ""
    return {status = health[condition.status] or "Progressing", message = message}
  end
end
return {status = "Progressing", message = "no condition Ready yet"}

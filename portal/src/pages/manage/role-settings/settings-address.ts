export function settingsAddress(roleDefinitionId: string, scope: string): string {
  return `/manage/role-settings/edit?${new URLSearchParams({ role: roleDefinitionId, scope })}`;
}

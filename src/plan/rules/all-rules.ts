import { autoscalerFights } from './effects/autoscaler-fights';
import { claimDeleted } from './effects/claim-deleted';
import { claimMountMoved } from './effects/claim-mount-moved';
import { claimsOrphaned } from './effects/claims-orphaned';
import { claimsReused } from './effects/claims-reused';
import { crdDeleted } from './effects/crd-deleted';
import { governingServiceGone } from './effects/governing-service-gone';
import { heldBack } from './effects/held-back';
import { maxUnavailableIgnored } from './effects/max-unavailable-ignored';
import { nameTooLong } from './effects/name-too-long';
import { namespaceDeleted } from './effects/namespace-deleted';
import { onDeleteByHand } from './effects/on-delete-by-hand';
import { ordinalsMoved } from './effects/ordinals-moved';
import { partitionLeftBehind } from './effects/partition-left-behind';
import { podsRestart } from './effects/pods-restart';
import { replicasLeftOut } from './effects/replicas-left-out';
import { scaleInDeletesClaims } from './effects/scale-in-deletes-claims';
import { scaleToZero } from './effects/scale-to-zero';
import { serviceStaysHeadless } from './effects/service-stays-headless';
import { statefulsetDeleted } from './effects/statefulset-deleted';
import { statefulsetRenamed } from './effects/statefulset-renamed';
import { stuckRollout } from './effects/stuck-rollout';
import { twoRevisions } from './effects/two-revisions';
import { waiverWithoutEffect } from './effects/waiver-without-effect';
import { etcdClientTls } from './etcd/etcd-client-tls';
import { etcdClusterToken } from './etcd/etcd-cluster-token';
import { etcdDataDir } from './etcd/etcd-data-dir';
import { etcdDeadlock } from './etcd/etcd-deadlock';
import { etcdDowngrade } from './etcd/etcd-downgrade';
import { etcdEvenMembers } from './etcd/etcd-even-members';
import { etcdMinorUpgrade } from './etcd/etcd-minor-upgrade';
import { etcdPatchFirst } from './etcd/etcd-patch-first';
import { etcdPeerTls } from './etcd/etcd-peer-tls';
import { etcdQuota } from './etcd/etcd-quota';
import { etcdRolloutQuorum } from './etcd/etcd-rollout-quorum';
import { etcdScale } from './etcd/etcd-scale';
import { etcdStaleClaims } from './etcd/etcd-stale-claims';
import { etcdVersionSkip } from './etcd/etcd-version-skip';
import { EffectRule, Rule, ServerRule } from './rule';
import { claimImmutable } from './server/claim-immutable';
import { claimTemplateChanged } from './server/claim-template-changed';
import { claimTemplateClass } from './server/claim-template-class';
import { claimTemplateGrown } from './server/claim-template-grown';
import { claimTemplateShrunk } from './server/claim-template-shrunk';
import { classImmutable } from './server/class-immutable';
import { configImmutable } from './server/config-immutable';
import { jobImmutable } from './server/job-immutable';
import { otherImmutable } from './server/other-immutable';
import { podImmutable } from './server/pod-immutable';
import { roleRef } from './server/role-ref';
import { secretType } from './server/secret-type';
import { selectorImmutable } from './server/selector-immutable';
import { selectorMismatch } from './server/selector-mismatch';
import { serviceClusterIp } from './server/service-cluster-ip';
import { serviceFixedField } from './server/service-fixed-field';
import { statefulsetImmutableField } from './server/statefulset-immutable-field';
import { statefulsetPodManagementPolicy } from './server/statefulset-pod-management-policy';
import { statefulsetRevisionHistoryLimit } from './server/statefulset-revision-history-limit';
import { statefulsetSelector } from './server/statefulset-selector';
import { statefulsetServiceName } from './server/statefulset-service-name';
import { updateStrategyContradiction } from './server/update-strategy-contradiction';

/** What the API server refuses. */
export const SERVER_RULES: readonly ServerRule[] = [
  claimImmutable,
  claimTemplateChanged,
  claimTemplateClass,
  claimTemplateGrown,
  claimTemplateShrunk,
  classImmutable,
  configImmutable,
  jobImmutable,
  otherImmutable,
  podImmutable,
  roleRef,
  secretType,
  selectorImmutable,
  selectorMismatch,
  serviceClusterIp,
  serviceFixedField,
  statefulsetImmutableField,
  statefulsetPodManagementPolicy,
  statefulsetRevisionHistoryLimit,
  statefulsetSelector,
  statefulsetServiceName,
  updateStrategyContradiction,
];

/** What is accepted, and then does something. */
export const EFFECT_RULES: readonly EffectRule[] = [
  autoscalerFights,
  claimDeleted,
  claimMountMoved,
  claimsOrphaned,
  claimsReused,
  crdDeleted,
  governingServiceGone,
  heldBack,
  maxUnavailableIgnored,
  nameTooLong,
  namespaceDeleted,
  onDeleteByHand,
  ordinalsMoved,
  partitionLeftBehind,
  podsRestart,
  replicasLeftOut,
  scaleInDeletesClaims,
  scaleToZero,
  serviceStaysHeadless,
  statefulsetDeleted,
  statefulsetRenamed,
  stuckRollout,
  twoRevisions,
  waiverWithoutEffect,
  etcdClientTls,
  etcdClusterToken,
  etcdDataDir,
  etcdDeadlock,
  etcdDowngrade,
  etcdEvenMembers,
  etcdMinorUpgrade,
  etcdPatchFirst,
  etcdPeerTls,
  etcdQuota,
  etcdRolloutQuorum,
  etcdScale,
  etcdStaleClaims,
  etcdVersionSkip,
];

export const ALL_RULES: readonly Rule[] = [...SERVER_RULES, ...EFFECT_RULES];

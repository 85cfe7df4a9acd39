export * from './etcd';
export * from './image';
export * from './images';

import * as fs from 'fs';
import * as path from 'path';
import { ApiObject, App, AppProps, Chart, Names, Yaml, YamlOutputType } from 'cdk8s';
import { linkCharts, validateAll } from './app-checks';
import { constructsInOrder } from './construct-order';

/** What cdk8s puts between documents. */
const SEPARATOR = '---\n';

/**
 * An `App` for many charts: the same files, byte for byte, in a time that grows with their number and not with its square.
 *
 * A drop-in for cdk8s's `App`, for whatever constructs. `App` validates and resolves the whole app again for each of its charts,
 * and follows every path between what depends on each other; this one does it once. Hence each validation runs once, too,
 * and dependencies that follow from others are not added to the nodes of objects.
 *
 * One chart, or a few, are as well off with `App`. What depends on itself, by whatever way, is an error that names the way.
 *
 * @see https://cdk8s.io/docs/latest/basics/app/
 * @example
 *
 * const fleet = new FleetApp();
 * for (const tenant of ['red', 'green', 'blue']) {
 *   new StatefulApp(new Chart(fleet, tenant, { namespace: tenant }), 'db', {
 *     containers: [{ image: 'registry.example.com/db:1.2.3' }],
 *   });
 * }
 * fleet.synth();
 */
export class FleetApp extends App {
  private readonly recordsConstructs: boolean;
  private isResolved = false;
  private isLeftToStock = false;

  /**
   * @param props where and how manifests are written.
   */
  public constructor(props: AppProps = {}) {
    super(props);
    this.recordsConstructs = props.recordConstructMetadata ?? process.env.CDK8S_RECORD_CONSTRUCT_METADATA === 'true';
  }

  /** All charts, each after those that it depends on; what follows from dependencies of other constructs is known after `synth()`. */
  public get charts(): Chart[] {
    return this.isLeftToStock ? super.charts : constructsInOrder(this, { inferred: this.isResolved }).filter(Chart.isChart);
  }

  /** Writes all manifests to the output directory. */
  public synth(): void {
    fs.mkdirSync(this.outdir, { recursive: true });
    const constructs = this.node.findAll();
    validateAll(constructs);
    const links = linkCharts(constructs);
    this.isLeftToStock = links.areStrange || YamlOutputType[this.yamlOutputType] === undefined;
    if (this.isLeftToStock) {
      super.synth();
      return;
    }
    this.isResolved = true;
    const { charts } = this;
    const nameOf = (chart: Chart, i: number) => `${links.exist ? `${String(i).padStart(4, '0')}-` : ''}${Names.toDnsLabel(chart)}`;
    this.write(charts, nameOf);
    if (this.recordsConstructs) {
      this.writeConstructs(charts);
    }
  }

  /** All manifests of the app, as one text. */
  public synthYaml(): string {
    const constructs = this.node.findAll();
    const links = linkCharts(constructs);
    this.isLeftToStock = links.areStrange;
    if (this.isLeftToStock) {
      return super.synthYaml();
    }
    this.isResolved = true;
    validateAll(constructs);
    return textOf(this.charts.flatMap(manifestsOf));
  }

  private write(charts: Chart[], nameOf: (chart: Chart, i: number) => string): void {
    const { outdir, outputFileExtension: extension } = this;
    const save = (folder: string, name: string, manifests: unknown[]) => fs.writeFileSync(path.join(folder, name + extension), textOf(manifests));
    switch (this.yamlOutputType) {
      case YamlOutputType.FILE_PER_APP:
        if (charts.length > 0) {
          save(outdir, 'app', charts.flatMap(manifestsOf));
        }
        break;
      case YamlOutputType.FILE_PER_CHART:
        charts.forEach((chart, i) => save(outdir, nameOf(chart, i), manifestsOf(chart)));
        break;
      case YamlOutputType.FILE_PER_RESOURCE:
        for (const chart of charts) {
          manifestsOf(chart).filter(one => one !== undefined).forEach(one => save(outdir, fileNameOf(one), [one]));
        }
        break;
      case YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE:
        charts.forEach((chart, i) => {
          const folder = path.join(outdir, nameOf(chart, i));
          fs.mkdirSync(folder, { recursive: true });
          objectsOf(chart).forEach(object => save(folder, fileNameOf(object), [object.toJson()]));
        });
    }
  }

  private writeConstructs(charts: Chart[]): void {
    const resources: Record<string, object> = {};
    for (const object of charts.flatMap(objectsOf)) {
      resources[object.name] = { path: object.node.path };
    }
    fs.writeFileSync(path.join(this.outdir, 'construct-metadata.json'), JSON.stringify({ version: '1.0.0', resources }));
  }
}

/** The objects of a chart, without those of charts in it. */
function objectsOf(chart: Chart): ApiObject[] {
  return constructsInOrder(chart, { inferred: true }).filter(ApiObject.isApiObject).filter(object => Chart.of(object) === chart);
}

function manifestsOf(chart: Chart): any[] {
  // what a chart makes of itself, it is asked for; cdk8s's own way would begin with the whole app.
  return chart.toJson === Chart.prototype.toJson ? objectsOf(chart).map(object => object.toJson()) : Object.values(chart.toJson());
}

/** The text of these manifests together; not by one call with all of them, for calls cannot have a hundred thousand arguments. */
function textOf(manifests: unknown[]): string {
  return manifests.map(manifest => Yaml.stringify(manifest)).join(SEPARATOR);
}

function fileNameOf({ kind, metadata }: { kind: string; metadata: { name?: string } }): string {
  return `${kind}.${metadata.name}`.replace(/[^0-9a-zA-Z-_.]/g, '');
}

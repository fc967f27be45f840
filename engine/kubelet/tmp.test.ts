import { it } from 'vitest';
import { createSession } from '/work/main/engine/cluster.ts';
it('x', () => {
  const s = createSession({});
  const req = (method: string, path: string, body?: unknown) => { const id='r'+s.head.step; s.input('world',{kind:'request',id,request:{method,path,body,user:{name:'admin',groups:['system:masters']}}} as never); return s.moment().memory('world').get<any>('answer/'+id); };
  s.advance(3000);
  console.log(req('GET','/api/v1/nodes').body.items?.map((n:any)=>JSON.stringify(n.status.conditions.at(-1))+n.spec.podCIDR));
  const r = req('POST','/api/v1/namespaces/default/pods',{apiVersion:'v1',kind:'Pod',metadata:{name:'web'},spec:{containers:[{name:'nginx',image:'nginx:1.25'}]}});
  console.log(r.code, JSON.stringify(r.body).slice(0,300));
  const from = s.head.step+1;
  s.advance(3000);
  for (const t of s.trace(from)) console.log(t.step, t.time%100000, t.component, JSON.stringify(t.task).slice(0,100), t.failure ?? '', JSON.stringify((t as any).notes)?.slice(0,160));
  console.log(JSON.stringify(req('GET','/api/v1/namespaces/default/pods/web').body.status,null,1));
  console.log(req('GET','/api/v1/namespaces/default/events').body.items?.map((e:any)=>e.reason+' '+e.message));
});
